import { describe, expect, it } from 'vitest'
import {
  argMax,
  input,
  iota,
  linear,
  matmul,
  parameter,
  randomKey,
  randomNormal,
  tensor,
} from '../../src/dsl/index.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { onnxEngine, referenceEngine } from '../../src/engines/index.js'
import { initialise, ones } from '../../src/model/index.js'
import { compute, computation } from '../../src/training/index.js'
import { expectRight } from '../expect-either.js'

const scores = linear(input('x', ['B', 2]), parameter('w', [3, 2]))
const weights = {
  w: tensor.f32([
    [1, 0],
    [0, 1],
    [1, 1],
  ]),
  unread: tensor.f32(1),
}
const inputs = {
  x: tensor.f32([
    [1, 2],
    [-1, 3],
  ]),
  unread: tensor.f32(1),
}

describe('compute', () => {
  it('gives every output under its name, from weights and inputs of which some are not read', async () => {
    const outputs = { scores, best: argMax(scores, -1) }
    const found = await compute({ outputs, weights, inputs, engine: onnxEngine() })
    expect(tensor.toArray(found.scores)).toEqual([
      [1, 2, 3],
      [-1, 3, 2],
    ])
    expect(tensor.toArray(found.best)).toEqual([2, 1])
  })

  it('takes the outcome of initialise as weights, and needs neither inputs nor weights', async () => {
    const product = matmul(parameter('a', [1, 2]), parameter('b', [2, 1]))
    const initial = initialise(product, randomKey.keyFromSeed(0), { default: ones })
    const { two } = await compute({ outputs: { two: product }, weights: initial, engine: referenceEngine })
    expect(tensor.toArray(two)).toEqual([[2]])
    const { count } = await compute({
      outputs: { count: iota(['N'], 0) },
      sizes: { N: 3 },
      engine: referenceEngine,
    })
    expect(tensor.toArray(count)).toEqual([0, 1, 2])
  })

  it('gives the same random numbers for the same key', async () => {
    const outputs = { noise: randomNormal(input('key', [2], 'i32'), [4]) }
    const at = (seed: number) =>
      compute({ outputs, inputs: { key: tensor.key(seed) }, engine: referenceEngine })
    expect(await at(1)).toEqual(await at(1))
    expect(await at(1)).not.toEqual(await at(2))
  })

  it('is rejected with the name of a weight or an input that is missing', async () => {
    const without = compute({ outputs: { scores }, inputs, engine: referenceEngine })
    await expect(without).rejects.toThrow("weights: tensor 'w' is missing")
    await expect(compute({ outputs: { scores }, weights, engine: referenceEngine })).rejects.toThrow("'x'")
  })

  it('is rejected where a weight has another shape', async () => {
    const other = { w: tensor.f32([[1, 2, 3]]) }
    const refused = compute({ outputs: { scores }, weights: other, inputs, engine: referenceEngine })
    await expect(refused).rejects.toThrow("'w' is f32[1, 3], wanted f32[3, 2]")
  })

  it('frees what the engine holds', async () => {
    const world = memoryWorld({ engine: referenceEngine })
    expectRight(await interpret(computation({ outputs: { scores }, weights, inputs }))(world.runtime)())
    expect(world.instructions).toContain('dispose')
  })
})
