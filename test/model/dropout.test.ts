import { describe, expect, it } from 'vitest'
import { full, input } from '../../src/dsl/index.js'
import type { Tensor } from '../../src/dsl/index.js'
import { dropoutLayer, layerStack, sequential } from '../../src/model/index.js'
import { i32, numbersOf } from '../support/evaluation.js'

const key = input('key', [2], 'i32')
const ones = full([100, 100], 1)
const at = (words: readonly number[]) => ({ key: i32([2], words) })
const drop = dropoutLayer({ rate: 0.25, key })

describe('dropout as a stage', () => {
  it('zeroes a share of the elements and scales the others', () => {
    const y = numbersOf(drop(ones, 'drop'), at([1, 2]))
    const zeros = y.filter((element) => element === 0).length
    expect(Math.abs(zeros - 2500)).toBeLessThan(200)
    expect(new Set(y)).toEqual(new Set([0, 1 / 0.75]))
  })

  it('zeroes the same elements for the same key and name, others for another key or name', () => {
    const y = numbersOf(drop(ones, 'drop'), at([1, 2]))
    expect(numbersOf(drop(ones, 'drop'), at([1, 2]))).toEqual(y)
    const others = [
      numbersOf(drop(ones, 'drop'), at([1, 3])),
      numbersOf(drop(ones, 'drop2'), at([1, 2])),
      numbersOf(drop(ones, 'block.0.drop'), at([1, 2])),
    ]
    for (const other of others) {
      const both = y.filter((element, i) => element === 0 && other[i] === 0).length
      expect(Math.abs(both - 625)).toBeLessThan(120)
    }
  })

  it('takes keys of any words', () => {
    for (const words of [
      [0, 0],
      [-1, 2 ** 31 - 1],
      [-(2 ** 31), -(2 ** 31)],
    ]) {
      const zeros = numbersOf(drop(ones, 'drop'), at(words)).filter((element) => element === 0).length
      expect(Math.abs(zeros - 2500)).toBeLessThan(200)
    }
  })

  it('has elements of its own in each place of a model', () => {
    const thrice = layerStack(3, (x: Tensor<[100, 100]>, name) => drop(x, name))(ones, 'blocks')
    const kept = numbersOf(thrice, at([3, 4])).filter((element) => element !== 0).length
    expect(Math.abs(kept - 10_000 * 0.75 ** 3)).toBeLessThan(250)
  })

  it('leaves x as it is without a key', () => {
    const model = sequential(dropoutLayer({ rate: 0.5 }), dropoutLayer({ rate: 0.5, key: undefined }))
    expect(model(ones, 'm')).toBe(ones)
  })

  it('refuses a rate of 1', () =>
    expect(dropoutLayer({ rate: 1, key })(ones, 'drop').node.fault?.message).toBe(
      'a rate of 1 is not from 0 up to, but not including, 1',
    ))
})
