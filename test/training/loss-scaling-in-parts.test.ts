/** Loss scaling and micro-batches together: steps in parts go where whole ones do, and skip what whole ones skip. */
import { describe, expect, it } from 'vitest'
import type { AnyTensor } from '../../src/dsl/index.js'
import {
  add,
  einsum,
  input,
  linear,
  logSoftmax,
  mean,
  mul,
  parameter,
  square,
  sum,
  tanh,
} from '../../src/dsl/index.js'
import * as Effect from '../../src/effects/effect.js'
import type { Engine } from '../../src/engines/engine.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { fit } from '../../src/training/fit.js'
import {
  chain,
  clipByGlobalNorm,
  microBatchedStep,
  sgd,
  trainStep,
  withLossScaling,
} from '../../src/optimizers/index.js'
import { expectRight } from '../expect-either.js'
import { drawn, f32 } from '../support/evaluation.js'

const batch = 5

/** A loss that compares every row with all others, plus the size of each row's features times its loudness. */
const features = linear(
  tanh(linear(input('x', ['B', 3]), parameter('body', [4, 3]))),
  parameter('head', [2, 4]),
)
const scores = einsum('b e, c e -> b c', features, features)
const loss = add(
  mean(mul(logSoftmax(scores, 1), logSoftmax(scores, 0))),
  mean(mul(input('loudness', ['B']), sum(square(features), 1))),
)
const first = { body: drawn(1, [4, 3]), head: drawn(2, [2, 4]) }

/** The first scale, with which float16 holds all gradients but those of the loud row, and good steps after which it doubles. */
const [initial, growthInterval] = [2 ** 5, 3]
const optimizer = withLossScaling(chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1, momentum: 0.9 })), {
  initial,
  growthInterval,
})
const representations: readonly AnyTensor[] = [features]
const step = expectRight(trainStep({ loss }, optimizer))
const parts = expectRight(microBatchedStep({ loss }, { representations, rows: 'B' }, optimizer))

/** The step, counted from 0, in which one row is so loud that its gradients overflow, and the loss does not. */
const loudStep = 3
const loudness = (index: number, loud: number): readonly number[] =>
  Array.from({ length: batch }, (_, row) => (index === loudStep && row === 3 ? loud : 0.1))

/** The state after some steps: whole ones, or so many rows at a time. */
const stateAfter = async (
  steps: number,
  rows: number | undefined,
  { engine, loud }: { readonly engine: Engine; readonly loud: number },
): Promise<NamedValues> => {
  const training = fit({
    label: 'small',
    directory: 'run',
    step,
    microBatches: rows === undefined ? undefined : { step: parts, rows },
    sizes: { B: batch },
    weights: first,
    weightsFrom: 'the test',
    steps,
    batch: (index) =>
      Effect.of({ x: drawn(10 + index, [batch, 3]), loudness: f32([batch], loudness(index, loud)) }),
    saveEvery: steps,
    start: 'new',
  })
  return expectRight(await interpret(training)(memoryWorld({ engine }).runtime)())
}

const numbers = (state: NamedValues, name: string): readonly number[] => [...(state[name]?.data ?? [])]
const scaling = (state: NamedValues): readonly (number | undefined)[] =>
  ['scale', 'streak', 'done'].map((name) => numbers(state, `optimizer/${name}`)[0])

describe.each([
  { precision: 'float32', loud: 2 ** 124, share: 2e-6 },
  { precision: 'float16', loud: 2 ** 20, share: 2e-3 },
  { precision: 'bfloat16', loud: 2 ** 124, share: 8e-3 },
] as const)('steps in parts with a scaled loss, in $precision', ({ precision, loud, share }) => {
  const on = { engine: onnxEngine({ threads: 1, precision }), loud }

  it.each([1, 2, 4])('of %i rows end in the weights of whole steps, one of them skipped', async (rows) => {
    const whole = await stateAfter(8, undefined, on)
    const inParts = await stateAfter(8, rows, on)
    expect(Object.keys(inParts).toSorted()).toEqual(Object.keys(whole).toSorted())
    // Doubled after three good steps, halved by the fourth, doubled after the next three.
    expect(scaling(whole)).toEqual([2 * initial, 1, 7])
    expect(scaling(inParts)).toEqual(scaling(whole))
    for (const [name, { data }] of Object.entries(first)) {
      const [expected, found] = [numbers(whole, name), numbers(inParts, name)]
      const changes = expected.map((x, i) => Math.abs(x - (data[i] ?? Number.NaN)))
      const differences = expected.map((x, i) => Math.abs(x - (found[i] ?? Number.NaN)))
      expect(Math.max(...changes)).toBeGreaterThan(0.1)
      expect(Math.max(...differences)).toBeLessThanOrEqual(share * Math.max(...changes))
    }
  })

  it.each([undefined, 2])(
    'leave all but the scale as it was where gradients overflow (%s rows)',
    async (rows) => {
      const before = await stateAfter(loudStep, rows, on)
      const after = await stateAfter(loudStep + 1, rows, on)
      const changed = Object.keys(after).filter(
        (name) => numbers(after, name).join() !== numbers(before, name).join(),
      )
      expect(changed.toSorted()).toEqual(['optimizer/scale', 'optimizer/step'])
      expect(scaling(before)).toEqual([2 * initial, 0, loudStep])
      expect(scaling(after)).toEqual([initial, 0, loudStep])
    },
  )
})
