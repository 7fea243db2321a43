import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/effects/effect.js'
import { perform } from '../../../src/effects/effect.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { referenceEngine } from '../../../src/engines/reference/engine.js'
import { compareRuns } from '../../../src/experiments/comparison/compare-runs.js'
import { findRuns } from '../../../src/experiments/comparison/find-runs.js'
import { runDetails } from '../../../src/experiments/comparison/run-details.js'
import { stateInWords } from '../../../src/experiments/comparison/run-words.js'
import { differingSettings } from '../../../src/experiments/comparison/settings.js'
import { trainingCost } from '../../../src/experiments/comparison/training-cost.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { smallPretraining } from '../../support/small-pretraining.js'
import { configurationOf, evaluationOf, metricsOf, writtenRun } from '../../support/written-runs.js'

const inputs = {
  domains: ['art', 'sketch'].map((name) => ({
    name,
    training: { images: 12, sha256: '' },
    evaluation: { images: 10, sha256: '' },
  })),
}

const coop = (seed: number, adapted: number, changes = {}) => ({
  configuration: configurationOf('coop', { seed, ...changes }),
  metrics: metricsOf(seed),
  evaluation: evaluationOf(0.5, adapted),
})

const files = {
  ...writtenRun('runs/table/coop/art-to-sketch/seed-1', coop(1, 0.6)),
  ...writtenRun('runs/table/coop/art-to-sketch/seed-2', coop(2, 0.8)),
  ...writtenRun('runs/faster', coop(1, 0.55, { learningRate: 0.02 })),
  ...writtenRun('runs/table/zero-shot/art-to-sketch', {
    configuration: configurationOf('zero-shot', { epochs: 7 }),
    evaluation: evaluationOf(0.5, 0.5),
  }),
  ...writtenRun('runs/stopped', {
    configuration: configurationOf('coop', { epochShots: 'all' }),
    metrics: metricsOf(1).slice(0, 1),
    more: { 'inputs.json': JSON.stringify(inputs) },
  }),
  ...writtenRun('runs/second-epoch', {
    configuration: configurationOf('coop'),
    metrics: metricsOf(1).slice(0, 3),
  }),
  ...writtenRun('runs/first-epoch', {
    configuration: configurationOf('coop'),
    metrics: metricsOf(1).slice(0, 1),
  }),
  ...writtenRun('runs/trained', {
    configuration: configurationOf('coop'),
    more: { 'prompt_learner.safetensors': '' },
  }),
  ...writtenRun('runs/failed', {
    configuration: configurationOf('coop'),
    more: { 'failure.json': JSON.stringify({ reason: 'step 3: loss is NaN' }) },
  }),
  ...writtenRun('runs/pretrained', {
    configuration: { ...smallPretraining },
    more: { 'clip.safetensors': '' },
  }),
  ...writtenRun('runs/broken', { configuration: { kind: 'adaptation', augmentation: 'none' } }),
  ...writtenRun('runs/of-others', { configuration: { kind: 'tuning' } }),
  'runs/never-begun/failure.json': new TextEncoder().encode('{"reason":"no such file"}'),
  'runs/jobs/run.json': new TextEncoder().encode('{}'),
  'notes/a.txt': new Uint8Array(),
  'file.txt': new Uint8Array(),
}

const world = () => memoryWorld({ engine: referenceEngine, disk: memoryDisk(files) })
const read = async <A>(effect: Effect<A>): Promise<A> =>
  expectRight(await interpret(effect)(world().runtime)())

const groupsOf = async () => (await read(compareRuns(['runs']))).groups

describe('a comparison of runs', () => {
  it('has the mean and the deviation over the seeds of runs that differ in nothing else, the best first', async () => {
    const groups = await groupsOf()
    expect(groups.map(({ method, source, target, runs }) => [method, source, target, runs.length])).toEqual([
      ['CLIP zero-shot', undefined, 'sketch', 1],
      ['CoOp', 'art', 'sketch', 2],
      ['CoOp', 'art', 'sketch', 1],
    ])
    const [zeroShot, both, faster] = groups
    expect(both?.overall.mean).toBeCloseTo(0.7, 12)
    expect(both?.overall.deviation).toBeCloseTo(Math.SQRT2 / 10, 12)
    expect(both?.zeroShot).toEqual({ mean: 0.5, deviation: 0, count: 2 })
    expect(faster?.overall).toEqual({ mean: 0.55, deviation: undefined, count: 1 })
    expect([zeroShot?.own, both?.own, faster?.own]).toEqual([
      [],
      [['learningRate', '0.002']],
      [['learningRate', '0.02']],
    ])
  })

  it('has the mean curve of each metric, and what the training took', async () => {
    const [zeroShot, both] = await groupsOf()
    expect(both?.curves).toEqual([
      { name: 'loss', points: metricsOf(1.5).map(({ step, loss }) => ({ step, value: loss })) },
    ])
    expect(both?.cost).toEqual({ steps: 4, seconds: 6, secondsPerStep: 2 })
    expect([zeroShot?.curves, zeroShot?.cost]).toEqual([[], { steps: 0 }])
  })

  it('names the settings that differ, and not those that make no difference to a method', async () => {
    const { differing } = await read(compareRuns(['runs']))
    expect(differing).toEqual([
      {
        path: 'learningRate',
        values: [
          { value: '0.002', of: [1] },
          { value: '0.02', of: [2] },
        ],
      },
    ])
  })

  it('names all that it leaves out, and why', async () => {
    const { skipped } = await read(compareRuns(['runs', 'notes', 'file.txt', 'gone']))
    expect(Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]))).toEqual({
      'runs/stopped': 'stopped at step 1 of 6',
      'runs/second-epoch': 'stopped at step 3 of 4',
      'runs/first-epoch': 'stopped at step 1',
      'runs/trained': 'trained, not evaluated',
      'runs/failed': 'failed: step 3: loss is NaN',
      'runs/pretrained': 'it is a pretraining, which has no accuracy on a target',
      'runs/broken': expect.stringContaining('run.json: data is missing'),
      'runs/of-others': "run.json: it is of kind 'tuning', which is neither an adaptation nor a pretraining",
      'runs/never-begun': 'failed: no such file',
      notes: 'there is no run in it',
      'file.txt': 'it is a file',
      gone: 'there is no such folder',
    })
  })

  it('reads a run once that is given twice', async () => {
    const { runs } = await read(findRuns(['runs/faster', 'runs/faster/', 'runs/faster']))
    expect(runs.map(({ directory }) => directory)).toEqual(['runs/faster'])
  })
})

describe('a run that a process works on', () => {
  it('is said to run', async () => {
    const { runtime } = world()
    expectRight(await interpret(perform('lockFolder', { path: 'runs/stopped' }))(runtime)())
    const { runs } = expectRight(await interpret(findRuns(['runs/stopped']))(runtime)())
    expect(runs.map(({ state }) => stateInWords(state))).toEqual(['running, step 1 of 6'])
  })
})

describe('the details of a run', () => {
  it('are its files with what they are, its inputs, and whether these are still there', async () => {
    const { files: found, places, cost } = await read(runDetails('runs/faster'))
    expect(found.map(({ name, meaning }) => [name, meaning])).toEqual([
      ['evaluation.json', 'accuracies'],
      ['metrics.jsonl', 'losses and figures of each step'],
      ['run.json', 'the configuration'],
    ])
    expect(places.map(({ path, isThere }) => [path, isThere])).toEqual([
      ['/sets/pacs', false],
      ['/clips/clip.safetensors', false],
    ])
    expect(cost.seconds).toBe(6)
  })

  it('are none of a folder without a run', async () => {
    const outcome = await interpret(runDetails('notes'))(world().runtime)()
    expect(explain(expectLeft(outcome))).toBe(
      'notes: there is no run in it: it holds no run.json\n  → check the path',
    )
  })
})

describe('the settings in which configurations differ', () => {
  it('are those that are left out in one of them, if they may be, and settings of methods that have them', () => {
    const plain = new Map([['settings.levels', '4']])
    expect(differingSettings([plain, new Map([['precision', 'float16']])])).toEqual([
      {
        path: 'precision',
        values: [
          { value: 'not set', of: [0] },
          { value: 'float16', of: [1] },
        ],
      },
    ])
  })
})

describe('the time of a training', () => {
  it('leaves out pauses between an interruption and what resumed the run', () => {
    const times = [0, 1, 2, 3, 5000, 5001]
    const metrics = times.map((time, i) => ({ step: i + 1, time }))
    expect(trainingCost(metrics)).toEqual({ steps: 6, seconds: 4, secondsPerStep: 1 })
  })

  it('is unknown where steps have no times', () => {
    expect(trainingCost([{ step: 1 }, { step: 2 }])).toEqual({ steps: 2 })
  })
})
