import { describe, expect, it } from 'vitest'
import {
  constant,
  expandDims,
  gradient,
  input,
  l2Norm,
  logSoftmax,
  scatterAdd,
  squeeze,
  stack,
  sum,
  takeAlongAxis,
  takeElement,
  topK,
} from '../../src/dsl/index.js'
import { expectClose, f32, numbersOf } from '../support/evaluation.js'

const x = input('x', [2, 3])
const values = { x: f32([2, 3], [1, 2, 3, 40, 50, 60]) }

describe('takeAlongAxis', () => {
  it('takes the elements of each row along the last axis', () =>
    expect(numbersOf(takeAlongAxis(x, constant([2, 2], [2, 0, 1, 1], 'i32'), -1), values)).toEqual([
      3, 1, 50, 50,
    ]))

  it('takes the elements of each column along the first axis', () =>
    expect(numbersOf(takeAlongAxis(x, constant([1, 3], [1, 0, 1], 'i32'), 0), values)).toEqual([40, 2, 60]))

  it('gives 0 for an index outside of the axis', () =>
    expect(numbersOf(takeAlongAxis(x, constant([2, 1], [3, -1], 'i32'), 1), values)).toEqual([0, 0]))

  it('has a gradient that counts how often each element is taken', () => {
    const taken = takeAlongAxis(x, constant([2, 2], [2, 0, 1, 1], 'i32'), 1)
    expect(numbersOf(gradient(sum(taken), x), values)).toEqual([1, 0, 1, 0, 2, 0])
  })

  it('agrees with takeElement for one index a row', () => {
    const [labels, scores] = [constant([2], [2, 0], 'i32'), logSoftmax(x, 1)]
    const one = squeeze(takeAlongAxis(scores, expandDims(labels, 1), 1), 1)
    expectClose(numbersOf(one, values), numbersOf(takeElement(scores, labels), values))
  })
})

describe('topK', () => {
  it('ranks along the first axis', () => {
    const { values: largest, indices } = topK(x, 1, 0)
    expect(numbersOf(largest, values)).toEqual([40, 50, 60])
    expect(numbersOf(indices, values)).toEqual([1, 1, 1])
  })
})

describe('scatterAdd', () => {
  it('adds whole rows along the first axis', () =>
    expect(numbersOf(scatterAdd(x, constant([2], [1, 1], 'i32'), 0, 2), values)).toEqual([
      0, 0, 0, 41, 52, 63,
    ]))

  it('adds columns along the last axis', () =>
    expect(numbersOf(scatterAdd(x, constant([3], [1, 0, 1], 'i32'), -1, 2), values)).toEqual([2, 4, 50, 100]))

  it('adds single numbers where indices have as many axes', () =>
    expect(numbersOf(scatterAdd(x, constant([2, 3], [0, 1, 0, 1, 1, 1], 'i32'), 0, 2), values)).toEqual([
      4, 152,
    ]))
})

describe('a norm along an axis', () => {
  it('is taken over columns where the first axis is given', () =>
    expectClose(
      numbersOf(l2Norm(input('x', [2, 3]), { axis: 0 }), { x: f32([2, 3], [3, 0, 5, 4, 2, 12]) }),
      [5, 2, 13],
    ))
})

describe('a stack', () => {
  it('has as many positions as its list has tensors', () =>
    expect(numbersOf(stack([x, x], -1), values)).toEqual([1, 1, 2, 2, 3, 3, 40, 40, 50, 50, 60, 60]))
})
