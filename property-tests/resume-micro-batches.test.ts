/** Training in micro-batches that dies at any instruction and goes on, and that runs twice: the same bits. */
import { describe, expect, it } from 'vitest'
import { einsum, input, linear, logSoftmax, mean, mul, parameter, tanh } from '../src/dsl/index.js'
import { foldIn, keyFromSeed, normal } from '../src/values/random-key.js'
import type { RandomKey } from '../src/values/random-key.js'
import type { TensorValue } from '../src/values/value.js'
import { elementCount } from '../src/values/value.js'
import * as Effect from '../src/effects/effect.js'
import type { NamedValues } from '../src/values/named-values.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { referenceEngine } from '../src/engines/reference/engine.js'
import { memoryDisk } from '../src/effects/runtimes/memory-files.js'
import { fit } from '../src/training/fit.js'
import { adam, chain, clipByGlobalNorm, microBatchedStep, trainStep } from '../src/optimizers/index.js'
import { expectRight } from '../test/expect-either.js'
import type { Mishap } from '../test/support/mishaps.js'
import { attempt, contents } from '../test/support/mishaps.js'

const [steps, batch] = [4, 5]

const drawn = (key: RandomKey, shape: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: normal(key, elementCount(shape)),
})

/** Features of rows, each compared with all others. */
const features = linear(
  tanh(linear(input('x', ['B', 3]), parameter('body', [4, 3]))),
  parameter('head', [2, 4]),
)
const scores = einsum('b e, c e -> b c', features, features)
const of = {
  loss: mean(mul(logSoftmax(scores, 1), logSoftmax(scores, 0))),
  isTrainable: (name: string) => name === 'head',
}
const optimizer = chain(clipByGlobalNorm(1), adam({ learningRate: 0.1 }))
const whole = expectRight(trainStep(of, optimizer))
const parts = expectRight(microBatchedStep(of, { representations: [features], rows: 'B' }, optimizer))

const training = (resume: boolean, rows?: number): Effect.Effect<NamedValues> =>
  fit({
    label: 'small',
    directory: 'run',
    step: whole,
    microBatches: rows === undefined ? undefined : { step: parts, rows },
    sizes: { B: batch },
    weights: { body: drawn(keyFromSeed(1), [4, 3]), head: drawn(keyFromSeed(2), [2, 4]) },
    weightsFrom: 'the test',
    steps,
    batch: (index) => Effect.of({ x: drawn(foldIn(keyFromSeed(3), index), [batch, 3]) }),
    saveEvery: 2,
    start: resume ? 'resumeOrNew' : 'new',
  })

describe.each([referenceEngine, onnxEngine()])('training in micro-batches on engine $name', (engine) => {
  it.each([1, 2, 4])('of %i rows ends where the whole batch does, up to rounding', async (rows) => {
    const apart = expectRight((await attempt(training(false, rows), { engine, disk: memoryDisk() })).outcome)
    const once = expectRight((await attempt(training(false), { engine, disk: memoryDisk() })).outcome)
    expect(Object.keys(apart).toSorted()).toEqual(Object.keys(once).toSorted())
    for (const [name, { data }] of Object.entries(once)) {
      const found = apart[name]?.data ?? new Float32Array(0)
      data.forEach((x, i) => expect(found[i]).toBeCloseTo(x, 4))
    }
  })

  it('ends in the same files, bit for bit, if it is killed or stopped at any instruction and resumed', async () => {
    const undisturbed = memoryDisk()
    const { outcome, instructions } = await attempt(training(false, 2), { engine, disk: undisturbed })
    const weights = expectRight(outcome)
    const mishaps = [...instructions.keys()].flatMap((at): readonly Mishap[] =>
      at % (engine === referenceEngine ? 3 : 11) === 0
        ? [
            { at, tag: 'Crash' },
            { at, tag: 'Stop' },
          ]
        : [],
    )
    for (const mishap of mishaps) {
      const disk = memoryDisk()
      await attempt(training(true, 2), { engine, disk, mishap })
      const again = await attempt(training(true, 2), { engine, disk })
      expect(expectRight(again.outcome), JSON.stringify(mishap)).toEqual(weights)
      expect(contents(disk)).toEqual(contents(undisturbed))
    }
  })

  it('disposes of every program, whether it succeeds or fails', async () => {
    const { instructions } = await attempt(training(false, 2), {
      engine,
      disk: memoryDisk(),
      mishap: { tag: 'Stop', at: 25 },
    })
    const count = (name: string): number => instructions.filter((each) => each === name).length
    expect(count('compile')).toBe(4)
    expect(count('dispose')).toBe(4)
  })
})
