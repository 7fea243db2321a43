/** Triangles, diagonals, orders, repetitions and grids, against numpy's. */
import { describe, expect, it } from 'vitest'
import {
  arange,
  constant,
  diag,
  diagonal,
  eye,
  flip,
  gradient,
  input,
  linspace,
  meshgrid,
  moveAxis,
  mul,
  repeat,
  roll,
  sum,
  swapAxes,
  tile,
  trace,
  tril,
  triu,
} from '../../src/dsl/index.js'
import { expectClose, f32, numbersOf } from '../support/evaluation.js'

const square = constant([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])
const pair = constant([2, 3], [1, 2, 3, 4, 5, 6])

describe('triangles', () => {
  it('of matrices keep what is on one side of a diagonal', () => {
    expect(numbersOf(tril(square))).toEqual([1, 0, 0, 4, 5, 0, 7, 8, 9])
    expect(numbersOf(triu(square))).toEqual([1, 2, 3, 0, 5, 6, 0, 0, 9])
    expect(numbersOf(tril(pair, { diagonal: 1 }))).toEqual([1, 2, 0, 4, 5, 6])
    expect(numbersOf(triu(pair, { diagonal: 1 }))).toEqual([0, 2, 3, 0, 0, 6])
  })
  it('stop the gradient of what they drop, also where that is not finite', () => {
    const x = input('x', [2, 2])
    const slope = gradient(sum(mul(tril(x), tril(x))), x)
    expect(numbersOf(slope, { x: f32([2, 2], [1, Infinity, 3, 4]) })).toEqual([2, 0, 6, 8])
  })
  it('refuse a diagonal between two', () =>
    expect(tril(pair, { diagonal: 0.5 }).node.fault?.message).toBe(
      'tril: the diagonal 0.5 is not a whole number',
    ))
})

describe('diagonals', () => {
  it('are put into matrices and taken out of them', () => {
    expect(numbersOf(diag(constant([2], [5, 6])))).toEqual([5, 0, 0, 6])
    expect(numbersOf(diagonal(square))).toEqual([1, 5, 9])
    expect(numbersOf(trace(square))).toEqual([15])
    expect(numbersOf(eye(2))).toEqual([1, 0, 0, 1])
  })
})

describe('orders of positions', () => {
  const x = input('x', ['N', 2])
  const values = { x: f32([3, 2], [1, 2, 3, 4, 5, 6]) }
  it('flip reverses an axis, also one whose size is a symbol', () => {
    expect(numbersOf(flip(pair, 1))).toEqual([3, 2, 1, 6, 5, 4])
    expect(numbersOf(flip(x, 0), values)).toEqual([5, 6, 3, 4, 1, 2])
  })
  it('roll moves positions around the end, by any shift', () => {
    expect(numbersOf(roll(pair, 1, 1))).toEqual([3, 1, 2, 6, 4, 5])
    expect(numbersOf(roll(pair, -1, -4))).toEqual([2, 3, 1, 5, 6, 4])
    expect(numbersOf(roll(x, 0, 1), values)).toEqual([5, 6, 1, 2, 3, 4])
    expect(numbersOf(roll(x, 0, -4), values)).toEqual([3, 4, 5, 6, 1, 2])
  })
  it('swapAxes and moveAxis permute axes', () => {
    const cube = constant([1, 2, 3], [1, 2, 3, 4, 5, 6])
    expect(swapAxes(cube, 0, -1).shape).toEqual([3, 2, 1])
    expect(numbersOf(swapAxes(cube, 1, 2))).toEqual([1, 4, 2, 5, 3, 6])
    expect(moveAxis(cube, -1, 0).shape).toEqual([3, 1, 2])
    expect(moveAxis(cube, 0, -1).shape).toEqual([2, 3, 1])
  })
})

describe('repetitions', () => {
  it('repeat takes each position several times, tile the whole', () => {
    expect(numbersOf(repeat(pair, 1, 2))).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6])
    expect(numbersOf(tile(pair, [2, 1]))).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
    expect(numbersOf(tile(constant([2], [1, 2]), [2]))).toEqual([1, 2, 1, 2])
  })
  it('sum the gradients of their copies', () => {
    const x = input('x', [2])
    const weights = constant([4], [1, 10, 100, 1000])
    const values = { x: f32([2], [0, 0]) }
    expect(numbersOf(gradient(sum(mul(repeat(x, 0, 2), weights)), x), values)).toEqual([11, 1100])
    expect(numbersOf(gradient(sum(mul(tile(x, [2]), weights)), x), values)).toEqual([101, 1010])
  })
})

describe('evenly spaced numbers', () => {
  it('count, or divide an interval, whose ends are exact', () => {
    expect(numbersOf(arange(3))).toEqual([0, 1, 2])
    expectClose(numbersOf(linspace(-1, 1, 5)), [-1, -0.5, 0, 0.5, 1])
    expect(numbersOf(linspace(0, 0.1, 4))[3]).toBe(0.1)
    expect(numbersOf(linspace(3, 7, 1))).toEqual([3])
  })
  it('span grids with an axis for each vector', () => {
    const [rows, columns] = meshgrid([arange(2), constant([3], [0.5, 1.5, 2.5])])
    expect([rows.dtype, columns.dtype]).toEqual(['i32', 'f32'])
    expect(numbersOf(rows)).toEqual([0, 0, 0, 1, 1, 1])
    expect(numbersOf(columns)).toEqual([0.5, 1.5, 2.5, 0.5, 1.5, 2.5])
  })
})
