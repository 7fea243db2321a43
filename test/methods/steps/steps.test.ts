import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import type { NamedValues } from '../../../src/values/named-values.js'
import type { AnyTensor } from '../../../src/dsl/index.js'
import { gradientNodes, input, scalar, sized } from '../../../src/dsl/index.js'
import type { AdaptationBatch, PromptMethod } from '../../../src/methods/index.js'
import { damp, dann, deepCoral, linearProbe, mmd, pda, shotIm, uniMos } from '../../../src/methods/index.js'
import { openAiBlocks, openAiTowers } from '../../../src/model/index.js'
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

/** The small CLIP of the transcription. */
const clip = openAiTowers({
  ...{ kind: 'vit', embedDim: features, imageResolution: 6, visionPatchSize: 3 },
  ...{ visionLayers: 3, visionWidth: 8, visionHeads: 2, visionBlocks: openAiBlocks },
  ...{ contextLength: 9, vocabSize: 20, textWidth: 8, textHeads: 2, textLayers: 3, textBlocks: openAiBlocks },
})
const onClip: ReadonlySet<string> = new Set(['damp in its first epoch', 'damp in its last epoch', 'pda'])
const mutual = damp(clip, {
  ...{ contextTokens: 2, threshold: 0.35, pseudoLabelWeight: 1.5 },
  ...{ decoderLayers: 2, decoderHeads: 2, headWidth: 2, dropout: 0 },
})

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
  'damp in its first epoch': mutual,
  'damp in its last epoch': mutual,
  pda: pda(clip, {
    ...{ promptTokens: 2, sharedBlocks: 1, bankSize: 5 },
    ...{ threshold: 0.4, bankWeight: 0.1, alignmentWeight: 0.5 },
  }),
}

type Images = AdaptationBatch<'B'>['source']
const pixels = (name: string) => input(`pixels.${name}`, ['B', 3, clip.side, clip.side])
/** Images whose feature is that of the transcription, and images that the small CLIP encodes. */
const known = (name: string): Images => ({
  feature: input(name, ['B', towers.embedding]),
  levels: [],
  tokens: input(`tokens.${name}`, ['B', clip.imageTokens, towers.embedding]),
  pixels: pixels(name),
})
const encoded = (name: string): Images => clip.encodeImages(pixels(name))
const batchOf = (images: (name: string) => Images): AdaptationBatch<'B'> => ({
  source: images('source'),
  target: images('target'),
  strong: { source: images('strong.source'), target: images('strong.target') },
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
  epochs: 4,
})

const wholeNumbers: ReadonlySet<string> = new Set([
  'labels',
  'positions',
  'prompts',
  'state.key',
  'state.labels',
])

const valuesOf = (
  of: Readonly<Record<string, { shape: readonly number[]; data: readonly number[] }>>,
): NamedValues =>
  Object.fromEntries(
    Object.entries(of).map(([name, { shape: sides, data }]) => [
      name,
      wholeNumbers.has(name) ? i32(sides, data) : f32(sides, data),
    ]),
  )

const inputs = {
  ...valuesOf({ ...stored.inputs, prompts: stored.prompts, ...stored.clip }),
  ...valuesOf(
    Object.fromEntries(Object.entries(stored.pixels).map(([name, value]) => [`pixels.${name}`, value])),
  ),
}
const guessed = {
  features: valuesOf({ source: stored.inputs.source })['source'] ?? f32([0], []),
  probabilities: f32(
    [batch, sizes.K],
    Array.from({ length: batch * sizes.K }, () => 1 / sizes.K),
  ),
}
const tolerance = 1e-9

describe.each(Object.entries(methods))(
  'two steps of %s on the features of the transcription in PyTorch',
  (name, method) => {
    const expected = stored.methods[name]
    if (expected === undefined) throw new Error(`the fixture has no ${name}`)
    const adaptationBatch = batchOf(onClip.has(name) ? encoded : known)
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
        images: { source: { ...guessed, labels: [0, 1, 2, 0] }, target: guessed },
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
