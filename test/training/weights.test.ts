import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { input, linear, parameter, program } from '../../src/dsl/index.js'
import { bindWeights, checkTensor } from '../../src/training/weights.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32, i32 } from '../support/evaluation.js'

const x = input('x', ['B', 3])
const head = expectRight(
  program({ x }, { y: linear(x, parameter('head.weight', ['K', 3]), parameter('head.bias', ['K'])) }),
)
const weight = f32([2, 3], [1, 2, 3, 4, 5, 6])
const bias = f32([2], [1, 2])
const sizes = { K: 2 }

describe('weights of a program', () => {
  it('are the tensors of a file that are its parameters', () => {
    const file = { 'head.weight': weight, 'head.bias': bias, other: bias }
    expect(bindWeights(head, file, 'file', { sizes })).toEqual(
      E.right({ 'head.weight': weight, 'head.bias': bias }),
    )
  })

  it('may be missing in the file if they are state', () => {
    expect(bindWeights(head, { 'head.weight': weight }, 'file', { sizes, except: ['head.bias'] })).toEqual(
      E.right({ 'head.weight': weight }),
    )
  })

  it('that are missing are named, with similar names', () => {
    expect(
      expectLeft(bindWeights(head, { 'head.weights': weight, 'head.bias': bias }, 'file', { sizes })),
    ).toEqual({
      tag: 'TensorMissing',
      name: 'head.weight',
      where: 'file',
      similar: expect.arrayContaining(['head.weights']),
    })
  })

  it('must have the shape of the parameter', () => {
    expect(
      expectLeft(bindWeights(head, { 'head.weight': weight, 'head.bias': weight }, 'file', { sizes })),
    ).toEqual({
      tag: 'ShapeMismatch',
      name: 'head.bias',
      where: 'file',
      expected: 'f32[2]',
      found: 'f32[2, 3]',
    })
  })
})

describe('a tensor', () => {
  it('must have the element type of the parameter', () => {
    expect(
      expectLeft(
        checkTensor({ labels: i32([2], [0, 1]) }, 'batch', { name: 'labels', shape: [2], dtype: 'f32' }),
      ),
    ).toMatchObject({ tag: 'ShapeMismatch', expected: 'f32[2]', found: 'i32[2]' })
  })

  it('of a symbolic size without a value is described by the symbol', () => {
    expect(
      expectLeft(checkTensor({ x: bias }, 'file', { name: 'x', shape: ['B', 3], dtype: 'f32' })),
    ).toMatchObject({ expected: 'f32[B, 3]', found: 'f32[2]' })
  })
})
