/** Runs whose numbers stop being finite: what is said, and what stays on disk. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { input, minimum, mul, parameter, square, sum, tensor } from '../../src/dsl/index.js'
import { explain } from '../../src/effects/explain.js'
import * as Effect from '../../src/effects/effect.js'
import { interpret } from '../../src/effects/interpreter.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { referenceEngine } from '../../src/engines/index.js'
import { decodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { sgd } from '../../src/optimizers/index.js'
import type { Monitor, TrainingPlan } from '../../src/training/index.js'
import { checkpointPath, trainingRun } from '../../src/training/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

const loss = sum(square(mul(input('x', [2]), parameter('w', [2]))))

/** The first weights shrink; from step `wildAt` on, counted from 1, the input is so large that the next ones overflow. */
const planOf = (wildAt: number): TrainingPlan => ({
  objective: { loss },
  optimizer: sgd({ learningRate: 0.1 }),
  weights: { w: tensor.f32([1, 2]) },
  batches: (step) => ({ x: step + 1 < wildAt ? tensor.f32([1, 1]) : tensor.f32([1, 1e25]) }),
  steps: 6,
  saveEvery: 2,
  directory: 'run',
})

const run = (plan: TrainingPlan, disk: MemoryDisk = memoryDisk()) =>
  interpret(trainingRun(plan))(memoryWorld({ engine: referenceEngine, disk }).runtime)()

const savedIn = (disk: MemoryDisk) =>
  expectRight(decodeSafetensors('checkpoint', disk.files.get(checkpointPath('run')) ?? Uint8Array.of()))

describe('a run whose weights overflow in a step that saves', () => {
  const diverging = planOf(4)

  it('ends at that step, although its loss is finite, and keeps the checkpoint before it', async () => {
    const disk = memoryDisk()
    expect(explain(expectLeft(await run(diverging, disk)))).toMatch(
      /^step 4: an element of 'w' is -?Infinity/,
    )
    const { tensors, metadata } = savedIn(disk)
    expect(metadata['step']).toBe('2')
    expect([...(tensors['w']?.data ?? [])].every(Number.isFinite)).toBe(true)
  })

  it('goes on from the last finite checkpoint when it is resumed with better batches', async () => {
    const disk = memoryDisk()
    await run(diverging, disk)
    const resumed = expectRight(await run({ ...planOf(Infinity), start: 'resume' }, disk))
    const whole = expectRight(await run(planOf(Infinity)))
    expect(resumed.weights).toEqual(whole.weights)
    expect(resumed.metrics).toEqual(whole.metrics)
  })

  it('gives no weights without a directory either', async () => {
    const { directory: _, ...inMemory } = planOf(6)
    expect(expectLeft(await run(inMemory))).toMatchObject({ tag: 'Diverged', step: 6 })
  })
})

describe('numbers that are not finite from the start', () => {
  it('such as a NaN among the first weights, are named, and nothing is written over', async () => {
    const failure = expectLeft(await run({ ...planOf(4), weights: { w: tensor.f32([1, Number.NaN]) } }))
    expect(explain(failure)).toBe(
      "first weights: tensor 'w' is NaN at [1]\n  → nothing can be computed from it: take weights without NaN",
    )
  })

  it('may be infinite in a state that begins so, such as the least loss so far', async () => {
    const least = parameter('least', [])
    const { weights } = expectRight(
      await run({
        ...planOf(Infinity),
        objective: { loss, updates: { least: minimum(least, loss) } },
        weights: { w: tensor.f32([1, 2]), least: tensor.f32(Infinity) },
      }),
    )
    expect(weights['least']?.data[0]).toBeLessThan(1)
  })
})

describe('a figure of a monitor', () => {
  it('that is NaN ends the run, and no line is written that cannot be read again', async () => {
    const disk = memoryDisk()
    const broken: Monitor = (_, use) =>
      use(({ step }) => pipe(Effect.of({ score: step === 2 ? Number.NaN : 1 })))
    const plan = { ...planOf(Infinity), every: { 1: broken }, saveEvery: 1 }
    expect(explain(expectLeft(await run(plan, disk)))).toMatch(/^step 2: score is NaN/)
    const { metrics } = expectRight(await run({ ...planOf(Infinity), start: 'resume' }, disk))
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6])
  })
})
