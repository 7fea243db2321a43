import { describe, expect, it } from 'vitest'
import {
  gradient,
  input,
  mul,
  segmentMax,
  segmentMean,
  segmentSoftmax,
  segmentSum,
  square,
  sum,
} from '../../src/dsl/index.js'
import { expectClose, expectGradients, f32, i32, numbersOf } from '../support/evaluation.js'

const data = input('data', ['N', 2])
const ids = input('ids', ['N'], 'i32')
const values = { data: f32([4, 2], [1, 2, 3, 4, 5, 9, 7, 8]), ids: i32([4], [2, 0, 2, 2]) }

describe('reductions over segments', () => {
  it('add the rows of each segment, and give 0 for none', () =>
    expect(numbersOf(segmentSum(data, ids, 4), values)).toEqual([3, 4, 0, 0, 13, 19, 0, 0]))

  it('average the rows of each segment, and give 0 for none', () =>
    expectClose(numbersOf(segmentMean(data, ids, 3), values), [3, 4, 0, 0, 13 / 3, 19 / 3]))

  it('find the largest of each segment, and -Infinity for none', () =>
    expect(numbersOf(segmentMax(data, ids, 3), values)).toEqual([3, 4, -Infinity, -Infinity, 7, 9]))

  it('find the largest of whole numbers', () =>
    expect(
      numbersOf(segmentMax(input('n', [2], 'i32'), input('at', [2], 'i32'), 2), {
        n: i32([2], [-5, -7]),
        at: i32([2], [1, 1]),
      }),
    ).toEqual([-(2 ** 31), -5]))

  it('give the gradient of the largest in equal parts to equal ones', () => {
    const given = { ...values, data: f32([4, 2], [7, 2, 3, 4, 5, 9, 7, 8]) }
    expect(numbersOf(gradient(sum(segmentMax(data, ids, 3)), data), given)).toEqual([
      0.5, 0, 1, 1, 0, 1, 0.5, 0,
    ])
  })
})

describe('the softmax of segments', () => {
  const shares = segmentSoftmax(data, ids, 'K')

  it('adds up to 1 in each segment, whatever the size of its numbers', () => {
    const given = { ...values, data: f32([4, 2], [1e8, -1e8, 1e4, 0, 1e8, -1e8, 1e8, -1e8]) }
    expectClose(numbersOf(segmentSum(shares, ids, 'K'), given, { K: 3 }), [1, 1, 0, 0, 1, 1])
  })

  it('has right gradients', () => {
    const of = segmentSoftmax(input('data', [4, 2]), input('ids', [4], 'i32'), 3)
    expectGradients(sum(square(mul(of, of))), ['data'], values)
  })
})
