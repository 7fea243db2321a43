import { describe, expect, it } from 'vitest'
import { dataset } from '../../src/data/index.js'
import { input, linear, parameter, randomKey, tensor } from '../../src/dsl/index.js'
import * as Effect from '../../src/effects/effect.js'
import { interpret } from '../../src/effects/interpreter.js'
import { explain } from '../../src/effects/explain.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { referenceEngine } from '../../src/engines/index.js'
import { meanSquaredError } from '../../src/losses/index.js'
import { initialise, zeros } from '../../src/model/index.js'
import { sgd } from '../../src/optimizers/index.js'
import type { TrainingPlan } from '../../src/training/index.js'
import { evaluateOn, logMetrics, metricsPath, train, trainingRun } from '../../src/training/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

const [x, y] = [input('x', ['B', 2]), input('y', ['B', 1])]
const loss = meanSquaredError(linear(x, parameter('head.weight', [1, 2]), parameter('head.bias', [1])), y)

/** y = 2 a - b + 1, in 10 examples: batches of 4 leave a last one of 2. */
const inputs = Array.from({ length: 10 }, (_, i) => [Math.sin(i), Math.cos(2 * i)])
const data = dataset({
  x: tensor.f32(inputs),
  y: tensor.f32(inputs.map(([a = 0, b = 0]) => [2 * a - b + 1])),
  unread: tensor.f32(inputs),
})

const plan = {
  objective: { loss },
  optimizer: sgd({ learningRate: 0.2 }),
  weights: { 'head.weight': tensor.f32([[0, 0]]), 'head.bias': tensor.f32([0]), unread: tensor.f32(1) },
  batches: data.shuffled(randomKey.keyFromSeed(1)).batches(4),
  steps: 300,
} satisfies TrainingPlan

const trainedIn = (of: TrainingPlan, disk = memoryDisk(), stopAt = Infinity) => {
  const world = memoryWorld({ engine: referenceEngine, disk, stopAt })
  return { world, outcome: interpret(trainingRun(of))(world.runtime)() }
}

describe('trainingRun', () => {
  it('finds the weights, from batches of which some are smaller and which hold more than is read', async () => {
    const { weights, metrics, evaluations } = expectRight(await trainedIn(plan).outcome)
    const found = [...(weights['head.weight']?.data ?? []), ...(weights['head.bias']?.data ?? [])]
    for (const [i, want] of [2, -1, 1].entries()) expect(found[i]).toBeCloseTo(want, 4)
    expect(Object.keys(weights).toSorted()).toEqual(['head.bias', 'head.weight'])
    expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
    expect(evaluations).toEqual({})
  })

  it('takes batches as values, as outcomes and as effects', async () => {
    const first = plan.batches(0)
    const each = [() => expectRight(first), () => first, () => Effect.fromEither(first)]
    const runs = await Promise.all(
      each.map((batches) => trainedIn({ ...plan, steps: 3, batches }).outcome.then(expectRight)),
    )
    expect(runs[1]?.weights).toEqual(runs[0]?.weights)
    expect(runs[2]?.weights).toEqual(runs[0]?.weights)
    expect(runs[0]?.weights['head.weight']).not.toEqual(tensor.f32([[0, 0]]))
  })

  it('leaves frozen weights as they were given', async () => {
    const isTrainable = (name: string) => name.endsWith('weight')
    const { weights } = expectRight(
      await trainedIn({ ...plan, objective: { loss, isTrainable }, steps: 5 }).outcome,
    )
    expect(weights['head.bias']).toEqual(tensor.f32([0]))
    expect(weights['head.weight']).not.toEqual(tensor.f32([[0, 0]]))
  })

  it('evaluates inside of the run and after its last step, in parts as in one', async () => {
    const at = (rows?: number) => ({
      ...plan,
      steps: 5,
      every: { 2: evaluateOn(data, { error: loss }, rows === undefined ? {} : { rows }) },
    })
    const whole = expectRight(await trainedIn(at()).outcome)
    expect(whole.metrics.map((line) => Object.hasOwn(line, 'test/error'))).toEqual([
      false,
      true,
      false,
      true,
      true,
    ])
    const parts = expectRight(await trainedIn(at(3)).outcome)
    expect(parts.evaluations['test/error']).toBeCloseTo(whole.evaluations['test/error'] ?? Number.NaN, 6)
  })

  it('prints lines that hold the evaluations of their step', async () => {
    const { world, outcome } = trainedIn({
      ...plan,
      steps: 4,
      every: { 2: logMetrics, 4: evaluateOn(data, { error: loss }, { name: 'all' }) },
    })
    expectRight(await outcome)
    expect(world.printed).toHaveLength(2)
    expect(world.printed[0]).toMatch(/^step 2: loss [\d.]+$/)
    expect(world.printed[1]).toMatch(/^step 4: loss [\d.]+, all\/error [\d.]+$/)
  })

  it('resumes in its directory, and ends with the weights and metrics of a run that was not stopped', async () => {
    const kept = { ...plan, steps: 20, directory: 'run', saveEvery: 5 }
    const [disk, other] = [memoryDisk(), memoryDisk()]
    const whole = expectRight(await trainedIn(kept, disk).outcome)
    expect(expectLeft(await trainedIn(kept, other, 60).outcome)).toMatchObject({ tag: 'Interrupted' })
    const resumed = expectRight(await trainedIn({ ...kept, start: 'resume' }, other).outcome)
    expect(resumed).toEqual(whole)
    expect(other.files.get(metricsPath('run'))).toEqual(disk.files.get(metricsPath('run')))
  })

  it('fails with the fault of the first weights', async () => {
    const weights = initialise(loss, randomKey.keyFromSeed(0), { rules: [[/weight$/, zeros]] })
    expect(explain(expectLeft(await trainedIn({ ...plan, weights }).outcome))).toContain(
      "no rule gives a first value to the parameter 'head.bias' [1]",
    )
  })

  it('fails with the name of an input that the batches lack', async () => {
    const batches = dataset({ x: tensor.f32(inputs) }).batches(4)
    expect(explain(expectLeft(await trainedIn({ ...plan, batches }).outcome))).toContain(
      "batch: tensor 'y' is missing",
    )
  })

  it('fails where a monitor would look every 0 steps', async () => {
    const failure = expectLeft(await trainedIn({ ...plan, every: { 0: logMetrics } }).outcome)
    expect(explain(failure)).toContain('monitors cannot look every 0 steps')
  })
})

describe('train', () => {
  it('is a promise of the same result', async () => {
    const { weights } = await train({ ...plan, steps: 3, engine: referenceEngine })
    expect(weights).toEqual(expectRight(await trainedIn({ ...plan, steps: 3 }).outcome).weights)
  })

  it('is rejected with what failed and what to do', async () =>
    expect(train({ ...plan, steps: -1, engine: referenceEngine })).rejects.toThrow(
      'steps: there cannot be -1 steps\n  → give a whole number, 0 or more',
    ))
})
