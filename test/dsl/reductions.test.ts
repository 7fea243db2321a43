/** Products, spreads, norms and quantifiers along axes: numbers of PyTorch 2.15, and gradients at special points. */
import { describe, expect, it } from 'vitest'
import {
  all,
  any,
  argMin,
  constant,
  cosineSimilarity,
  full,
  gradient,
  input,
  norm,
  prod,
  std,
  sum,
  variance,
} from '../../src/dsl/index.js'
import { expectClose, f32, numbersOf } from '../support/evaluation.js'

const matrix = constant([2, 3], [1, 2, 4, 3, 3, 9])

describe('a product', () => {
  const x = input('x', ['B', 3])
  const values = { x: f32([4, 3], [2, 3, 4, 0, 3, 4, 0, 0, 4, 0, 0, 0]) }

  it('is taken along axes, and is 1 of no elements', () => {
    expect(numbersOf(prod(matrix, 1))).toEqual([8, 81])
    expect(numbersOf(prod(full([2, 0], 5), 1))).toEqual([1, 1])
  })

  it('has as gradient the products of the others, exactly, also where elements are 0', () =>
    expect(numbersOf(gradient(sum(prod(x, 1)), x), values)).toEqual([12, 8, 6, 12, 0, 0, 0, 0, 0, 0, 0, 0]))

  it('has second derivatives that are exact where two elements are 0', () => {
    const weighted = sum(gradient(sum(prod(x, 1)), x))
    expect(numbersOf(gradient(weighted, x), values)).toEqual([7, 6, 5, 7, 4, 3, 4, 4, 0, 0, 0, 0])
  })

  it('has the same gradients along an axis whose size is a symbol', () => {
    const along = { x: f32([3, 2], [2, 0, 3, 0, 4, 5]) }
    const y = input('x', ['N', 2])
    const first = gradient(sum(prod(y, 0)), y)
    expect(numbersOf(first, along)).toEqual([12, 0, 8, 0, 6, 0])
    expect(numbersOf(gradient(sum(first), y), along)).toEqual([7, 5, 6, 5, 5, 0])
  })
})

describe('a spread', () => {
  it('is divided by n, or by n - 1 where asked', () => {
    expectClose(numbersOf(std(matrix, 1)), [1.247219128924647, 2.8284271247461903])
    expectClose(numbersOf(std(matrix, 1, { correction: 1 })), [1.5275252316519465, 3.4641016151377544])
    expectClose(numbersOf(variance(matrix, 0, { correction: 1, keepDims: true })), [2, 0.5, 12.5])
  })
  it('of equal elements has gradient 0, and so has its gradient', () => {
    const x = input('x', [3])
    const slope = gradient(std(x), x)
    const values = { x: f32([3], [2, 2, 2]) }
    expectClose(numbersOf(slope, values), [0, 0, 0])
    expectClose(numbersOf(gradient(sum(slope), x), values), [0, 0, 0])
  })
  it('of NaN is NaN', () => expect(numbersOf(std(constant([2], [1, Number.NaN])))).toEqual([Number.NaN]))
})

describe('a vector norm', () => {
  const x = input('x', [2, 2])
  const values = { x: f32([2, 2], [3, -4, 0, 0]) }
  it('is of order 2, 1 or infinity', () => {
    expect(numbersOf(norm(x, 1), values)).toEqual([5, 0])
    expect(numbersOf(norm(x, 1, { order: 1 }), values)).toEqual([7, 0])
    expect(numbersOf(norm(x, [0, 1], { order: 'inf', keepDims: true }), values)).toEqual([4])
    expect(numbersOf(norm(x), values)).toEqual([5])
  })
  it('has gradient 0 by a vector of zeros', () =>
    expectClose(numbersOf(gradient(sum(norm(x, 1)), x), values), [0.6, -0.8, 0, 0]))
})

describe('the cosine of two vectors', () => {
  const [a, b] = [input('a', [2, 3]), input('b', [2, 3])]
  const values = { a: f32([2, 3], [1, 2, 3, 0, 0, 0]), b: f32([2, 3], [3, -1, 2, 1, 2, 3]) }
  it('is that of PyTorch, 0 with a vector of zeros', () =>
    expectClose(numbersOf(cosineSimilarity(a, b, -1), values), [0.5, 0]))
  it('refuses tensors of different shapes', () => {
    const call = (z: never): unknown => cosineSimilarity(a, z, -1).node.fault?.message
    expect(Reflect.apply(call, undefined, [input('c', [2, 1])])).toBe(
      'cosineSimilarity: b: expected [2,3] f32, got [2,1] f32',
    )
  })
})

describe('quantifiers and the smallest element', () => {
  const truths = constant([3, 2], [0, 0, 0, 1, 1, 1], 'bool')
  it('any is true where some element is, all where each is', () => {
    expect(numbersOf(any(truths, 1))).toEqual([0, 1, 1])
    expect(numbersOf(all(truths, 1, { keepDims: true }))).toEqual([0, 0, 1])
  })
  it('of nothing, any is false and all is true', () => {
    const nothing = full([2, 0], 0, 'bool')
    expect(numbersOf(any(nothing, 1))).toEqual([0, 0])
    expect(numbersOf(all(nothing, 1))).toEqual([1, 1])
  })
  it('argMin takes the first of equal elements, and knows the least integer', () => {
    expect(numbersOf(argMin(constant([4], [3, 1, 1, 2]), 0))).toEqual([1])
    expect(numbersOf(argMin(constant([3], [0, -(2 ** 31), 5], 'i32'), 0))).toEqual([1])
  })
})
