/** Training that dies at any instruction, or in the middle of one, and goes on: nothing shows that it happened. */
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { dim, input, linear, parameter } from '../src/dsl/index.js'
import type { RandomKey } from '../src/values/random-key.js'
import { foldIn, keyFromSeed, normal } from '../src/values/random-key.js'
import type { TensorValue } from '../src/values/value.js'
import { elementCount } from '../src/values/value.js'
import * as Effect from '../src/effects/effect.js'
import type { Engine } from '../src/engines/engine.js'
import type { RunStart } from '../src/training/index.js'
import type { NamedValues } from '../src/values/named-values.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { referenceEngine } from '../src/engines/reference/engine.js'
import { memoryDisk } from '../src/effects/runtimes/memory-files.js'
import { fit } from '../src/training/fit.js'
import { meanSquaredError } from '../src/losses/index.js'
import { adam, chain, clipByGlobalNorm, cosineSchedule, trainStep } from '../src/optimizers/index.js'
import { expectLeft, expectRight } from '../test/expect-either.js'
import type { Mishap } from '../test/support/mishaps.js'
import { attempt, contents } from '../test/support/mishaps.js'

const steps = 7

const drawn = (key: RandomKey, shape: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: normal(key, elementCount(shape)),
})
const weights: NamedValues = {
  'body.weight': drawn(keyFromSeed(1), [4, 3]),
  'body.bias': drawn(keyFromSeed(2), [4]),
  'head.weight': drawn(keyFromSeed(3), [2, 4]),
  'head.bias': drawn(keyFromSeed(4), [2]),
}

/** A head on frozen features, learned by Adam with decay, clipping and a schedule: every kind of state there is. */
const step = pipe(
  input('x', ['B', 3]),
  (x) => linear(x, parameter('body.weight', [4, 3]), parameter('body.bias', [4])),
  (features) => linear(features, parameter('head.weight', [2, 4]), parameter('head.bias', [2])),
  (predicted) =>
    expectRight(
      trainStep(
        {
          loss: meanSquaredError(predicted, input('y', ['B', dim(2)])),
          isTrainable: (name) => name.startsWith('head.'),
        },
        chain(
          clipByGlobalNorm(1),
          adam({ learningRate: cosineSchedule({ peak: 0.1, total: steps, warmUp: 2 }), weightDecay: 0.01 }),
        ),
      ),
    ),
)

const training = ({ resume }: { readonly resume: boolean }): Effect.Effect<NamedValues> =>
  startedBy(resume ? 'resumeOrNew' : 'new')

const startedBy = (start: RunStart): Effect.Effect<NamedValues> =>
  fit({
    label: 'small',
    directory: 'run',
    step,
    sizes: { B: 5 },
    weights,
    weightsFrom: 'the test',
    steps,
    batch: (index) =>
      Effect.of({
        x: drawn(foldIn(keyFromSeed(5), index), [5, 3]),
        y: drawn(foldIn(keyFromSeed(6), index), [5, 2]),
      }),
    saveEvery: 3,
    start,
  })

/** How the run ends, and what it leaves, if nothing happens. */
const undisturbed = async (engine: Engine) => {
  const disk = memoryDisk()
  const { outcome, instructions } = await attempt(training({ resume: false }), { engine, disk })
  return { weights: expectRight(outcome), files: contents(disk), instructions }
}

const resumed = async (engine: Engine, mishaps: readonly Mishap[]) => {
  const disk = memoryDisk()
  for (const mishap of mishaps) await attempt(training({ resume: true }), { engine, disk, mishap })
  const { outcome } = await attempt(training({ resume: true }), { engine, disk })
  return { weights: expectRight(outcome), files: contents(disk) }
}

describe.each([
  { engine: referenceEngine, samples: 100 },
  { engine: onnxEngine(), samples: 25 },
])('training on engine $engine.name', ({ engine, samples }) => {
  it('writes a line of metrics for each step, and a checkpoint', async () => {
    const { files } = await undisturbed(engine)
    expect(Object.keys(files).toSorted()).toEqual(['run/checkpoint.safetensors', 'run/metrics.jsonl'])
    const lines = files['run/metrics.jsonl']?.trimEnd().split('\n') ?? []
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(
      Array.from({ length: steps }, (_, i) => ({ loss: expect.any(Number), step: i + 1 })),
    )
  })

  it('ends in the same weights and files, bit for bit, if it is killed or stopped at any instruction and resumed', async () => {
    const { instructions, ...expected } = await undisturbed(engine)
    expect(instructions.filter((name) => name === 'run')).toHaveLength(steps)
    const mishaps = instructions.flatMap((_, at): readonly Mishap[] => [
      { at, tag: 'Crash' },
      { at, tag: 'Tear' },
      { at, tag: 'Stop' },
    ])
    const tried = engine === referenceEngine ? mishaps : mishaps.filter(({ at }) => at % 7 === 0)
    for (const mishap of tried)
      expect(await resumed(engine, [mishap]), JSON.stringify(mishap)).toEqual(expected)
  })

  it('ends in the same weights and files, bit for bit, if it is killed and resumed several times', async () => {
    const { instructions, ...expected } = await undisturbed(engine)
    const mishap = fc.record({
      at: fc.nat(instructions.length - 1),
      tag: fc.constantFrom<'Crash' | 'Tear' | 'Stop'>('Crash', 'Tear', 'Stop'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(mishap, { minLength: 2, maxLength: 6 }), async (mishaps) => {
        expect(await resumed(engine, mishaps)).toEqual(expected)
      }),
      { numRuns: samples },
    )
  })
})

describe('training that fails', () => {
  it.each(['Fail', 'ShortWrite'] as const)(
    'reports the failure of any instruction (%s), and can be resumed',
    async (tag) => {
      const { instructions, ...expected } = await undisturbed(referenceEngine)
      const failure = { tag: 'FileRefused', path: 'disk', action: 'write', reason: 'it is full' } as const
      for (const at of instructions.keys()) {
        const disk = memoryDisk()
        const mishap: Mishap = { at, tag, failure }
        const { outcome } = await attempt(training({ resume: true }), {
          engine: referenceEngine,
          disk,
          mishap,
        })
        expect(expectLeft(outcome)).toEqual(failure)
        const next = await attempt(training({ resume: true }), { engine: referenceEngine, disk })
        expect({ weights: expectRight(next.outcome), files: contents(disk) }).toEqual(expected)
      }
    },
  )

  it('can be stopped by the user and resumed', async () => {
    const disk = memoryDisk()
    const { outcome, instructions } = await attempt(training({ resume: false }), {
      engine: referenceEngine,
      disk,
      mishap: { tag: 'Stop', at: 20 },
    })
    expect(outcome).toEqual(E.left({ tag: 'Interrupted', by: 'signal' }))
    expect(instructions.at(-1)).toBe('dispose')
  })

  it('saves when it is stopped: no step that was finished is taken again', async () => {
    const { instructions } = await undisturbed(referenceEngine)
    for (const at of instructions.keys()) {
      const disk = memoryDisk()
      const stopped = await attempt(training({ resume: false }), {
        engine: referenceEngine,
        disk,
        mishap: { tag: 'Stop', at },
      })
      const resumedRun = await attempt(training({ resume: true }), { engine: referenceEngine, disk })
      const taken = [...stopped.instructions, ...resumedRun.instructions]
      expect(taken.filter((name) => name === 'run').length, `stopped at instruction ${at}`).toBe(steps)
    }
  })
})

describe('training that starts anew', () => {
  it('leaves an earlier run as it is unless it is to be overwritten', async () => {
    const disk = memoryDisk()
    const engine = referenceEngine
    await attempt(startedBy('new'), { engine, disk })
    const before = contents(disk)
    const { outcome } = await attempt(startedBy('new'), { engine, disk })
    expect(expectLeft(outcome)).toMatchObject({ tag: 'OutputTaken', path: 'run' })
    expect(contents(disk)).toEqual(before)
  })

  it('ignores the checkpoint of an earlier run, even if it is killed at once', async () => {
    const disk = memoryDisk()
    const engine = referenceEngine
    await attempt(startedBy('new'), { engine, disk })
    const { instructions } = await attempt(startedBy('overwrite'), { engine, disk })
    const firstRun = instructions.indexOf('run')
    await attempt(startedBy('overwrite'), { engine, disk, mishap: { at: firstRun + 1, tag: 'Crash' } })
    const { instructions: again } = await attempt(training({ resume: true }), { engine, disk })
    expect(again.filter((name) => name === 'run')).toHaveLength(steps)
  })
})
