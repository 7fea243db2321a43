import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import type { NamedValues } from '../../../src/values/named-values.js'
import type { AnyTensor } from '../../../src/dsl/index.js'
import { gradientNodes, input, scalar, sized } from '../../../src/dsl/index.js'
import type { AdaptationBatch, PromptMethod } from '../../../src/methods/index.js'
import { dann, deepCoral, linearProbe, mmd, shotIm, uniMos } from '../../../src/methods/index.js'
import { sgd, trainStep } from '../../../src/optimizers/index.js'
import { trainedParameters } from '../../../src/optimizers/objective.js'
import { expectRight } from '../../expect-either.js'
import { evaluateNodes, expectClose, f32, i32, numbersOf } from '../../support/evaluation.js'
import { initialState, runStep } from '../../support/training.js'
import type { StepsFixture } from './fixture.js'
import { stepsFixture } from './fixture.js'

const stored = expectRight(stepsFixture.stored())
const {
  source: { shape },
  texts,
  whole,
} = stored.inputs
const [batch = 0, features = 0] = shape
const targetCount = whole.shape[0] ?? 0
const sizes = { B: batch, K: texts.shape[0] ?? 0 }

const towers = { embedding: sized('E', features), logitScale: scalar(stored.scale) }
const bottleneckWidth = 5

const unimos = uniMos(towers, {
  bottleneckWidth,
  hiddenWidth: 7,
  regularisation: 0.01,
  debias: 0.5,
  rateMomentum: 0.99,
  visionShare: 0.3,
  dropout: 0,
  resetProbability: 0,
})

/** The methods of the transcription, of the same sizes. */
const methods: Readonly<Record<string, PromptMethod>> = {
  'linear-probe': linearProbe(towers),
  dann: dann(towers, { bottleneckWidth, discriminatorWidth: 7, tradeOff: 1, reversalSteps: 1000 }),
  mmd: mmd(towers, { bottleneckWidth, tradeOff: 5 }),
  coral: deepCoral(towers, { bottleneckWidth, tradeOff: 1 }),
  'shot-im': shotIm(towers),
  'unimos in its first epoch': unimos,
  'unimos in an even epoch': unimos,
  'unimos in an odd epoch': unimos,
}

const encoded = (name: string) => ({ feature: input(name, ['B', towers.embedding]), levels: [] })
const adaptationBatch: AdaptationBatch<'B'> = {
  source: encoded('source'),
  target: encoded('target'),
  labels: input('labels', ['B'], 'i32'),
  classTexts: {
    prompts: { tokens: input('prompts', ['K', sized('X', 9)], 'i32') },
    zeroShot: input('texts', ['K', towers.embedding]),
  },
  wholeTarget: {
    features: input('whole', [sized('N', targetCount), towers.embedding]),
    positions: input('positions', ['B'], 'i32'),
  },
  stepsPerEpoch: 2,
}

const wholeNumbers: ReadonlySet<string> = new Set(['labels', 'positions', 'state.key', 'state.labels'])

const valuesOf = (
  of: Readonly<Record<string, { shape: readonly number[]; data: readonly number[] }>>,
): NamedValues =>
  Object.fromEntries(
    Object.entries(of).map(([name, { shape: sides, data }]) => [
      name,
      wholeNumbers.has(name) ? i32(sides, data) : f32(sides, data),
    ]),
  )

const inputs = valuesOf(stored.inputs)
const tolerance = 1e-9

describe.each(Object.entries(methods))(
  'two steps of %s on the features of the transcription in PyTorch',
  (name, method) => {
    const expected = stored.methods[name]
    if (expected === undefined) throw new Error(`the fixture has no ${name}`)
    const { total, updates = {} } = method.loss(adaptationBatch)
    const objective = { loss: total, isTrainable: method.isTrainable, updates }
    const first = { ...inputs, ...valuesOf(expected.first) }

    it('begin with the same parameters, by name and shape', () => {
      const own = method.initialParameters({
        key: [1, 2],
        classCount: sizes.K,
        targetCount,
        clipWeights: {},
        promptRows: i32(
          [sizes.K, 9],
          Array.from({ length: 9 * sizes.K }, () => 0),
        ),
        classPrior: f32(
          [sizes.K],
          Array.from({ length: sizes.K }, () => 1 / sizes.K),
        ),
      })
      const shapes = (of: Readonly<Record<string, { shape: readonly number[] }>>) =>
        Object.fromEntries(Object.entries(of).map(([parameter, value]) => [parameter, [...value.shape]]))
      expect(shapes(own)).toEqual(shapes(expected.first))
    })

    it('have the same gradients', () => {
      const trained = trainedParameters(objective)
      expect(Object.keys(trained).toSorted()).toEqual(Object.keys(expected.gradients).toSorted())
      const nodes = Object.entries(trained).map(
        ([parameter, { node }]: [string, AnyTensor]) => [parameter, node] as const,
      )
      const gradients = gradientNodes(
        total.node,
        nodes.map(([, node]) => node),
      )
      const found = evaluateNodes(
        Object.fromEntries(
          nodes.flatMap(([parameter], i) => {
            const gradient = gradients[i]
            return gradient === undefined ? [] : [[parameter, gradient]]
          }),
        ),
        first,
        sizes,
      )
      for (const [parameter, { data }] of Object.entries(expected.gradients))
        expectClose([...(found[parameter]?.data ?? [])], data, tolerance)
    })

    it('have the same losses, and end with the same parameters and predictions', () => {
      const { nesterov, weightDecay } = expected
      const optimizer = sgd({ learningRate: stored.rate, weightDecay, momentum: 0.9, nesterov })
      const step = expectRight(trainStep(objective, optimizer))
      const one = runStep(step, { ...first, ...initialState(step, sizes) })
      const two = runStep(step, one.next)
      const losses = [one, two].map(({ outputs }) => outputs['loss']?.data[0] ?? Number.NaN)
      expectClose(losses, expected.losses, tolerance)
      for (const [parameter, { data }] of Object.entries(expected.last))
        expectClose([...(two.next[parameter]?.data ?? [])], data, tolerance)
      const logits = method.predict(adaptationBatch.target, adaptationBatch.classTexts)
      expectClose(numbersOf(logits, two.next, sizes), expected.logits.data, tolerance)
    })
  },
)

test('PyTorch gives the steps that are stored', { timeout: 60_000 }, async ({ skip }) => {
  const now = await stepsFixture.now()
  if (E.isLeft(now)) return skip(now.left)
  const numbers = ({ methods: all }: StepsFixture) =>
    Object.values(all).flatMap(({ losses, gradients, last, logits }) => [
      ...losses,
      ...[...Object.values(gradients), ...Object.values(last), logits].flatMap(({ data }) => data),
    ])
  return expectClose(numbers(now.right), numbers(stored), 1e-8)
})
