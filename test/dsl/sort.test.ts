import { describe, expect, it } from 'vitest'
import { argSort, constant, gradient, input, mul, sort, sum } from '../../src/dsl/index.js'
import { f32, numbersOf } from '../support/evaluation.js'

const { NaN: nan } = Number

describe('argSort', () => {
  it('keeps the order of equal elements, in both directions', () => {
    const x = constant([6], [2, 1, 2, 3, 1, 3])
    expect(numbersOf(argSort(x, 0))).toEqual([1, 4, 0, 2, 3, 5])
    expect(numbersOf(argSort(x, 0, { descending: true }))).toEqual([3, 5, 0, 2, 1, 4])
  })

  it('takes NaN for the largest', () => {
    const x = constant([4], [nan, 1, Infinity, -Infinity])
    expect(numbersOf(argSort(x, 0))).toEqual([3, 1, 2, 0])
    expect(numbersOf(argSort(x, 0, { descending: true }))).toEqual([0, 2, 1, 3])
  })
})

describe('sort', () => {
  const x = input('x', [2, 3])
  const values = { x: f32([2, 3], [3, 1, 2, 10, 30, 20]) }

  it('orders an axis', () => {
    expect(numbersOf(sort(x, 1), values)).toEqual([1, 2, 3, 10, 20, 30])
    expect(numbersOf(sort(x, -1, { descending: true }), values)).toEqual([3, 2, 1, 30, 20, 10])
    expect(numbersOf(sort(x, 0, { descending: true }), values)).toEqual([10, 30, 20, 3, 1, 2])
  })

  it('brings gradients back to where the elements were', () => {
    const weights = constant([2, 3], [1, 2, 3, 4, 5, 6])
    expect(numbersOf(gradient(sum(mul(sort(x, 1), weights)), x), values)).toEqual([3, 1, 2, 4, 6, 5])
  })
})
