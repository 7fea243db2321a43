/** A step in micro-batches is the whole step, whatever the batch and however it is parted. */
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import type { NamedValues } from '../src/values/named-values.js'
import { cacheNames, gradientCache } from '../src/dsl/transformations/gradient-cache.js'
import type { AnyTensor, Node } from '../src/dsl/index.js'
import {
  add,
  axis,
  concat,
  einsum,
  evaluate,
  gradientNodes,
  input,
  l2Normalize,
  linear,
  logSoftmax,
  mean,
  mul,
  parameter,
  programOfNodes,
  slice,
  square,
  sub,
  sum,
  tanh,
} from '../src/dsl/index.js'
import * as Effect from '../src/effects/effect.js'
import { referenceEngine } from '../src/engines/reference/engine.js'
import { interpret } from '../src/effects/interpreter.js'
import { memoryWorld } from '../src/effects/runtimes/memory-runtime.js'
import { withStep } from '../src/training/ready-step.js'
import { adClipMethod, coCoOp, damp, pda, presets } from '../src/methods/index.js'
import type { PromptMethod } from '../src/methods/index.js'
import { adam, chain, clipByGlobalNorm, microBatchedStep, trainStep } from '../src/optimizers/index.js'
import { expectRight } from '../test/expect-either.js'
import { adaptationBatch, batch, classes, settings, towers, valuesOf } from '../test/methods/small-task.js'
import { drawn, expectClose } from '../test/support/evaluation.js'
import { takeRows, valuesOfRows } from '../test/support/row-parts.js'

const [w, head] = [parameter('w', [4, 3]), parameter('head', [3, 4])]
const [offset, side] = [parameter('offset', [3]), parameter('side', [2, 3])]
const [x, y] = [input('x', ['B', 3]), input('y', ['B', 3])]

/** Features of two inputs, computed as one batch, and of their difference. */
const both = tanh(linear(linear(concat([x, y], 0), w), head))
const left = l2Normalize(slice(both, 0, 0, axis(x, 0)))
const right = l2Normalize(slice(both, 0, axis(x, 0), axis(x, 0)))
const third = square(add(sub(x, y), offset))

/** Every row against every other (van den Oord et al. 2018), the whole batch's spread, and the weights themselves. */
const scores = einsum('b e, c e -> b c', left, right)
const loss = add(
  add(mean(mul(logSoftmax(scores, 0), logSoftmax(scores, 1))), mean(square(mean(mul(third, left), 0)))),
  add(sum(square(w)), mean(linear(x, side))),
)

const leaves: Readonly<Record<string, Node>> = {
  w: w.node,
  head: head.node,
  offset: offset.node,
  side: side.node,
}

const valuesFor = (rows: number, seed: number): NamedValues => ({
  x: drawn(seed, [rows, 3]),
  y: drawn(seed + 1, [rows, 3]),
  w: drawn(seed + 2, [4, 3]),
  head: drawn(seed + 3, [3, 4]),
  offset: drawn(seed + 4, [3]),
  side: drawn(seed + 5, [2, 3]),
})

/** The rows in parts: each row's number says which. */
const partsOf = (numbers: readonly number[]): readonly (readonly number[])[] =>
  [...new Set(numbers)].map((part) => [...numbers.keys()].filter((row) => numbers[row] === part))

describe('the gradient of a loss that couples all rows', () => {
  const cache = expectRight(
    gradientCache({
      loss: loss.node,
      report: { loss: loss.node },
      leaves,
      representations: [left.node, right.node, third.node],
      rows: 'B',
    }),
  )
  const names = Object.keys(leaves)
  const whole = expectRight(
    programOfNodes({
      loss: loss.node,
      ...Object.fromEntries(
        gradientNodes(loss.node, Object.values(leaves)).map((node, i) => [names[i] ?? '', node]),
      ),
    }),
  )

  /** The three programs on the oracle, the rows in these parts. */
  const inParts = (values: NamedValues, parts: readonly (readonly number[])[]): NamedValues => {
    const order = parts.flat()
    const represented = parts.map((part) =>
      expectRight(evaluate(cache.forward, valuesOfRows(cache.forward, 'B', values, part))),
    )
    const tables = Object.fromEntries(
      Object.entries(represented[0] ?? {}).map(([name, { shape, ...first }]) => {
        const rows = represented.flatMap((each) => [...(each[name]?.data ?? [])])
        const joined = { ...first, shape: [order.length, ...shape.slice(1)], data: Float64Array.from(rows) }
        return [
          name,
          takeRows(
            { ...joined, dtype: 'f32' },
            [...order.keys()].map((row) => order.indexOf(row)),
          ),
        ]
      }),
    )
    const judged = expectRight(evaluate(cache.loss, { ...values, ...tables }))
    return parts.reduce<NamedValues>(
      (sofar, part) => ({
        ...sofar,
        ...expectRight(evaluate(cache.vjp, valuesOfRows(cache.vjp, 'B', { ...values, ...sofar }, part))),
      }),
      judged,
    )
  }

  it('is the sum over parts of the rows, for any division into parts', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 7 }), fc.nat(1000), (numbers, seed) => {
        const values = valuesFor(numbers.length, seed)
        const expected: NamedValues = expectRight(evaluate(whole, values))
        const found = inParts(values, partsOf(numbers))
        expectClose([...(found['loss']?.data ?? [])], [...(expected['loss']?.data ?? [Number.NaN])], 1e-10)
        for (const name of names) {
          expectClose(
            [...(found[cacheNames.gradient(name)]?.data ?? [])],
            [...(expected[name]?.data ?? [Number.NaN])],
            1e-9,
          )
        }
      }),
      { numRuns: 60 },
    )
  })

  it('flows back only through the representations', () => {
    const reached = cache.vjp.inputs.map(({ attributes: { name } }) => name)
    expect(reached).not.toContain(cacheNames.gradient('side'))
    expect(cache.loss.inputs.map(({ attributes: { name } }) => name)).not.toContain('y')
  })
})

const representationsOf = ({ representations = [] }: { readonly representations?: readonly AnyTensor[] }) =>
  representations

/** A step of a method on the small task: whole, or so many rows at a time. */
const stateAfter = async (method: PromptMethod, seed: number, rows: number | undefined, steps: number) => {
  const { total, terms, updates = {}, ...rest } = method.loss(adaptationBatch)
  const of = { loss: total, report: terms, isTrainable: method.isTrainable, updates }
  const optimizer = chain(clipByGlobalNorm(1), adam({ learningRate: 0.01, weightDecay: 5e-4 }))
  const step = expectRight(trainStep(of, optimizer))
  const parts = expectRight(
    microBatchedStep(of, { representations: representationsOf(rest), rows: 'B' }, optimizer),
  )
  const values = valuesOf(method, seed)
  const first = { ...values, ...expectRight(evaluate(step.initialState, {})) }
  const carried = step.carried.flatMap((each) => {
    const initial = first[each.parameter]
    return initial === undefined ? [] : [{ ...each, initial }]
  })
  const names = new Set(step.carried.map(({ parameter: name }) => name))
  const pick = (wanted: readonly { readonly attributes: { readonly name: string } }[]): NamedValues =>
    Object.fromEntries(
      wanted.flatMap(({ attributes: { name } }) => {
        const value = first[name]
        return value === undefined || names.has(name) ? [] : [[name, value]]
      }),
    )
  const outcome = await interpret(
    withStep(
      {
        step,
        microBatches: rows === undefined ? undefined : { step: parts, rows },
        sizes: { B: batch, K: classes },
        frozen: pick(step.program.parameters),
        state: carried,
      },
      (ready) =>
        pipe(
          Array.from({ length: steps }, (_, i) => i),
          Effect.reduce({ kept: ready.kept, reported: pick([]) }, ({ kept }, i) =>
            ready.take(pick(step.program.inputs), kept, i + 1),
          ),
          Effect.flatMap(({ kept, reported }) =>
            pipe(
              ready.state(kept),
              Effect.map((state) => ({ reported, state })),
            ),
          ),
        ),
    ),
  )(memoryWorld({ engine: referenceEngine }).runtime)()
  return expectRight(E.mapLeft((failure) => failure)(outcome))
}

const expectSame = (found: NamedValues, expected: NamedValues): void => {
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted())
  for (const [name, { data }] of Object.entries(expected)) {
    expectClose([...(found[name]?.data ?? [])], [...data], 1e-5)
  }
}

describe('a step of a method in micro-batches', () => {
  it.each<readonly [string, PromptMethod]>([
    ['AD-CLIP, reference', adClipMethod(towers, { ...settings, levels: 1, switches: presets.reference })],
    ['AD-CLIP, paper', adClipMethod(towers, { ...settings, levels: 1, switches: presets.paper })],
    ['AD-CLIP, robust', adClipMethod(towers, { ...settings, switches: presets.robust })],
    ['CoCoOp', coCoOp(towers, settings)],
    [
      'DAMP without dropout',
      damp(towers, {
        ...{ contextTokens: 2, threshold: 0.35, pseudoLabelWeight: 1.5 },
        ...{ decoderLayers: 1, decoderHeads: 2, headWidth: 2, dropout: 0 },
      }),
    ],
    [
      'PDA, whose running statistics change',
      pda(towers, {
        ...{ promptTokens: 2, sharedBlocks: 1, bankSize: 5 },
        ...{ threshold: 0.4, bankWeight: 0.1, alignmentWeight: 0.5 },
      }),
    ],
  ])('equals the step of the whole batch: %s', async (_, method) => {
    const whole = await stateAfter(method, 3, undefined, 2)
    for (const rows of [1, 2]) {
      const parts = await stateAfter(method, 3, rows, 2)
      expectSame(parts.reported, whole.reported)
      expectSame(parts.state, whole.state)
    }
  })
})
