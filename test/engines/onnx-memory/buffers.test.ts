import { describe, expect, it } from 'vitest'
import type { AnyTensor } from '../../../src/dsl/index.js'
import {
  add,
  exp,
  input,
  matmul,
  mul,
  parameter,
  program,
  sum,
  tanh,
  transposeLast,
} from '../../../src/dsl/index.js'
import { programMemory } from '../../../src/engines/onnx/memory/engine-memory.js'
import { expectRight } from '../../expect-either.js'

const x = input('x', ['B', 256])
const kibibyte = 2 ** 10

const memoryOf = (y: AnyTensor, B = 256) =>
  expectRight(programMemory({ program: expectRight(program({ x }, { y })), sizes: { B } }, new Set()))

/** Values of 256 KiB. */
const valuesOf = (y: AnyTensor): number => Math.round(memoryOf(y).values / (256 * kibibyte))

describe('the values of a run', () => {
  it('that nothing reads any more leave their memory to others of the same shape', () => {
    expect(valuesOf(sum(exp(x)))).toBe(1)
    // Arithmetic does not write over its operand, but a third value fits where the first was.
    expect(valuesOf(sum(exp(exp(x))))).toBe(2)
    expect(valuesOf(sum(exp(exp(exp(exp(x))))))).toBe(2)
  })

  it('of activations are written over their operand', () => expect(valuesOf(sum(tanh(exp(x))))).toBe(1))

  it('are kept as long as they are read', () => {
    const kept = exp(x)
    expect(valuesOf(sum(mul(exp(exp(kept)), kept)))).toBe(3)
  })

  it('do not count where they are outputs', () => expect(memoryOf(add(x, 1)).values).toBe(0))
})

describe('frozen weights', () => {
  const w = parameter('w', [256, 100])
  const weightsOf = (y: AnyTensor) => memoryOf(y).weights

  it('are packed for each kind of product that reads them, columns in sixteens', () => {
    expect(weightsOf(matmul(x, w))).toEqual({
      given: 4 * 256 * 100,
      freed: 4 * 256 * 100,
      packed: 4 * 256 * 112,
    })
    expect(weightsOf(matmul(matmul(x, w), transposeLast(w))).packed).toBe(4 * 256 * 112 + 4 * 100 * 256)
  })

  it('are kept as they are where something else reads them', () =>
    expect(weightsOf(add(matmul(x, w), sum(w)))).toMatchObject({ freed: 0 }))
})
