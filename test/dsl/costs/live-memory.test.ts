import { describe, expect, it } from 'vitest'
import type { AnyTensor } from '../../../src/dsl/index.js'
import {
  add,
  broadcastTo,
  exp,
  explainFault,
  input,
  linear,
  matmul,
  parameter,
  program,
  rearrange,
  sum,
  transposeLast,
} from '../../../src/dsl/index.js'
import { liveMemory } from '../../../src/dsl/costs/live-memory.js'
import { expectLeft, expectRight } from '../../expect-either.js'

const x = input('x', ['B', 3])
const w = parameter('w', [3, 2])

const memoryOf = (y: AnyTensor, B: number) =>
  expectRight(liveMemory(expectRight(program({ x }, { y })), { B }))

describe('the memory of a program', () => {
  it('counts four bytes for each number of inputs, parameters and outputs', () =>
    expect(memoryOf(matmul(x, w), 8)).toEqual({
      inputs: 4 * 8 * 3,
      parameters: 4 * 3 * 2,
      outputs: 4 * 8 * 2,
      intermediates: 0,
      largest: 0,
    }))

  it('does not grow with the length of a chain of operations', () => {
    const once = exp(matmul(x, w))
    expect(memoryOf(sum(once), 8).intermediates).toBe(4 * 8 * 2)
    expect(memoryOf(sum(exp(exp(once))), 8).intermediates).toBe(4 * 8 * 2)
  })

  it('grows with intermediate results that are used later', () => {
    const kept = matmul(x, w)
    const grown = matmul(matmul(kept, transposeLast(w)), w)
    expect(memoryOf(sum(add(kept, exp(grown))), 8)).toMatchObject({
      intermediates: 4 * 8 * (2 + 3 + 2),
      largest: 4 * 8 * 3,
    })
  })

  it('counts nothing for views of the same numbers', () => {
    const product = exp(matmul(x, w))
    expect(memoryOf(sum(rearrange(product, 'b c -> (b c)')), 8).intermediates).toBe(4 * 8 * 2)
    expect(memoryOf(sum(add(product, broadcastTo(parameter('c', [2]), ['B', 2]))), 8).intermediates).toBe(
      4 * 8 * 2,
    )
  })

  it('counts nothing for a transposed matrix that only products read, and its copy where anything else does', () => {
    const long = parameter('long', [500, 3])
    const product = matmul(x, transposeLast(long))
    expect(memoryOf(sum(product), 8).intermediates).toBe(4 * 8 * 500)
    const copied = add(product, sum(exp(transposeLast(long))))
    expect(memoryOf(sum(copied), 8).intermediates).toBeGreaterThan(4 * 8 * 500 + 4 * 3 * 500 - 1)
  })

  it('grows with the sizes of symbols, and is a fault without them', () => {
    const whole = expectRight(program({ x }, { y: linear(x, parameter('v', [4, 3])) }))
    expect(expectRight(liveMemory(whole, { B: 20 })).outputs).toBe(
      10 * expectRight(liveMemory(whole, { B: 2 })).outputs,
    )
    expect(explainFault(expectLeft(liveMemory(whole)))).toContain("dim 'B' has no size")
  })
})
