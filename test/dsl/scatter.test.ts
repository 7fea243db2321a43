import { describe, expect, it } from 'vitest'
import {
  constant,
  dynamicSlice,
  dynamicUpdateSlice,
  gradient,
  gradients,
  input,
  mul,
  scatter,
  scatterMax,
  sum,
} from '../../src/dsl/index.js'
import { f32, i32, numbersOf } from '../support/evaluation.js'

const x = input('x', [3, 2])
const updates = input('updates', [2, 2])
const values = { x: f32([3, 2], [1, 2, 3, 4, 5, 6]), updates: f32([2, 2], [10, 20, 30, 40]) }

describe('scatter', () => {
  it('replaces rows', () =>
    expect(numbersOf(scatter(x, updates, constant([2], [2, 0], 'i32'), 0), values)).toEqual([
      30, 40, 3, 4, 10, 20,
    ]))

  it('replaces columns, by indices of several axes', () => {
    const three = input('three', [3, 1, 1])
    const given = { ...values, three: f32([3, 1, 1], [7, 8, 9]) }
    expect(numbersOf(scatter(x, three, constant([1, 1], [1], 'i32'), -1), given)).toEqual([1, 7, 3, 8, 5, 9])
  })

  it('takes the last of several updates for one position', () =>
    expect(numbersOf(scatter(x, updates, constant([2], [1, 1], 'i32'), 0), values)).toEqual([
      1, 2, 30, 40, 5, 6,
    ]))

  it('gives gradients to the updates that count and to the rows that stay', () => {
    const replaced = scatter(x, updates, constant([2], [1, 1], 'i32'), 0)
    const found = gradients(sum(mul(replaced, constant([3, 2], [1, 2, 3, 4, 5, 6]))), { x, updates })
    expect(numbersOf(found.x, values)).toEqual([1, 2, 0, 0, 5, 6])
    expect(numbersOf(found.updates, values)).toEqual([0, 0, 3, 4])
  })
})

describe('scatterMax', () => {
  it('keeps the largest update of each position, and -Infinity where there is none', () =>
    expect(numbersOf(scatterMax(x, constant([3], [2, 0, 2], 'i32'), 0, 3), values)).toEqual([
      3,
      4,
      -Infinity,
      -Infinity,
      5,
      6,
    ]))

  it('takes several axes of indices for one axis', () =>
    expect(numbersOf(scatterMax(x, constant([3, 2], [0, 1, 0, 1, 1, 0], 'i32'), 0, 2), values)).toEqual([
      6, 5,
    ]))
})

describe('a slice at a start that is a tensor', () => {
  const start = input('start', [], 'i32')
  const at = (position: number) => ({ ...values, start: i32([], [position]) })
  const part = dynamicSlice(x, start, 0, 2)

  it('begins there, and is clamped into the axis', () => {
    expect(numbersOf(part, at(1))).toEqual([3, 4, 5, 6])
    expect(numbersOf(part, at(2))).toEqual([3, 4, 5, 6])
    expect(numbersOf(part, at(-1))).toEqual([1, 2, 3, 4])
  })

  it('has its gradient there', () =>
    expect(numbersOf(gradient(sum(part), x), at(1))).toEqual([0, 0, 1, 1, 1, 1]))

  it('is replaced by an update, clamped as well', () => {
    const updated = dynamicUpdateSlice(x, updates, start, 0)
    expect(numbersOf(updated, at(0))).toEqual([10, 20, 30, 40, 5, 6])
    expect(numbersOf(updated, at(7))).toEqual([1, 2, 10, 20, 30, 40])
  })

  it('is replaced along the last axis', () => {
    const column = input('column', [3, 1])
    const given = { ...at(1), column: f32([3, 1], [7, 8, 9]) }
    expect(numbersOf(dynamicUpdateSlice(x, column, start, -1), given)).toEqual([1, 7, 3, 8, 5, 9])
  })

  it('divides the gradient between the update and what stays', () => {
    const found = gradients(sum(dynamicUpdateSlice(x, updates, start, 0)), { x, updates })
    expect(numbersOf(found.x, at(1))).toEqual([1, 1, 0, 0, 0, 0])
    expect(numbersOf(found.updates, at(1))).toEqual([1, 1, 1, 1])
  })
})
