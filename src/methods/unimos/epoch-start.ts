/**
 * What UniMoS does before each epoch, as the released `model.py` does it: labels are guessed for all images of the target, and parts
 * of the network that weighs modalities are drawn anew. It is computed in the first step of an epoch alone.
 */
import {
  add,
  argMax,
  axis,
  div,
  einsum,
  equal,
  expandDims,
  floor,
  l2Normalize,
  less,
  log,
  matmul,
  mod,
  mul,
  parameter,
  randomUniform,
  select,
  softmax,
  splitKey,
  stopGradient,
  sub,
  sum,
  transposeLast,
  where,
  whileLoop,
  zerosLike,
} from '../../dsl/index.js'
import type { DimHandle, Tensor } from '../../dsl/index.js'
import { constantInitialiser } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import type { ClipTowers } from '../../model/index.js'
import type { NamedValues } from '../../values/named-values.js'
import type { RandomKey } from '../../values/random-key.js'
import { foldIn } from '../../values/random-key.js'
import { tensorValue } from '../../values/value.js'
import type { ClassTexts } from '../prompt-method.js'
import type { uniMosLayers, WeighingOffsets } from './layers.js'
import { weighingNames } from './layers.js'

type Layers = ReturnType<typeof uniMosLayers>

/** Numbers that training counts and draws with; no gradient changes them. */
export const stateNames = {
  steps: 'state.steps',
  key: 'state.key',
  labels: 'state.labels',
  rates: 'state.rates',
  share: 'state.vision_share',
  offsets: {
    firstWeight: `state.${weighingNames[0]}`,
    firstBias: `state.${weighingNames[1]}`,
    secondWeight: `state.${weighingNames[2]}`,
    secondBias: `state.${weighingNames[3]}`,
  },
} as const

/** First values of the state. */
export const initialState = (
  key: RandomKey,
  sizes: {
    readonly classes: number
    readonly targets: number
    readonly embedding: number
    readonly hidden: number
  },
): NamedValues => {
  const { classes, targets, embedding, hidden } = sizes
  const { firstWeight, firstBias, secondWeight, secondBias } = stateNames.offsets
  return {
    [stateNames.steps]: constantInitialiser([], 0),
    [stateNames.key]: tensorValue('i32', [2], [...foldIn(key, 0)]),
    [stateNames.labels]: tensorValue(
      'i32',
      [targets],
      Array.from({ length: targets }, () => 0),
    ),
    [stateNames.rates]: constantInitialiser([classes], 1 / classes),
    [stateNames.share]: constantInitialiser([], firstShare),
    [firstWeight]: constantInitialiser([hidden, embedding], 0),
    [firstBias]: constantInitialiser([hidden], 0),
    [secondWeight]: constantInitialiser([1, hidden], 0),
    [secondBias]: constantInitialiser([1], 0),
  }
}

/** The share of vision in predictions in the first epoch. */
export const firstShare = 0.8

/** It changes in equal parts over so many epochs. */
const epochsOfShare = 10

/** The share of vision in predictions after an epoch, by its number from 0 on. */
export const shareAfter = (epoch: Tensor<[]>, last: number): Tensor<[]> => {
  const progress = mul(epoch, 1 / epochsOfShare)
  return add(mul(where(less(progress, 1), progress, 1), last - firstShare), firstShare)
}

/** Logits by vision and text together, those of text less the logarithms of rates, to a power. */
export const mixedLogits = <N>(
  vision: Tensor<[N, 'K']>,
  text: Tensor<[N, 'K']>,
  {
    share,
    rates,
    debias,
  }: {
    readonly share: Tensor<[]>
    readonly rates: Tensor<['K']>
    readonly debias: number
  },
): Tensor<[N, 'K']> => add(mul(vision, share), mul(sub(text, mul(log(rates), debias)), sub(1, share)))

/** The class whose centroid is nearest by its angle; centroids are means of features, weighted by probabilities [N,K]. */
const nearestCentroid = <N, Z>(
  features: Tensor<[N, Z]>,
  probabilities: Tensor<[N, 'K']>,
): Tensor<[N], 'i32'> => {
  const units = l2Normalize(features)
  const weights = add(sum(probabilities, 0), 1e-8)
  const centroids = div(matmul(transposeLast(probabilities), units), expandDims(weights, 1))
  return argMax(einsum('n z, k z -> n k', units, l2Normalize(centroids)), 1)
}

/** What an epoch starts with. */
export interface EpochSetting {
  readonly towers: Pick<ClipTowers, 'embedding' | 'logitScale'>
  readonly layers: Layers
  readonly classTexts: ClassTexts
  /** Features of all images of the target. */
  readonly images: Tensor<['N', 'E']>
  readonly stepsPerEpoch: number
  readonly debias: number
  readonly resetProbability: number
}

/** Labels of all images of the target, guessed before the epoch of this number. */
const guessedLabels = (
  { towers, layers, classTexts, images, debias }: EpochSetting,
  epoch: Tensor<[]>,
  rates: Tensor<['K']>,
  share: Tensor<[]>,
): Tensor<['N'], 'i32'> => {
  const units = l2Normalize(images)
  const zeroShot = argMax(sharedTextLogits(towers, units, classTexts.zeroShot), 1)
  const { vision, text } = layers.separated(units)
  const features = layers.bottleneck(vision, false).output
  const mixed = softmax(
    mixedLogits(layers.visionLogits(features, classTexts), layers.textLogits(text, classTexts), {
      share,
      rates,
      debias,
    }),
    -1,
  )
  const learned = where(equal(mod(epoch, 2), 1), argMax(mixed, 1), nearestCentroid(features, mixed))
  return where(less(epoch, 2), zeroShot, learned)
}

/** What the steps of an epoch use. */
export interface EpochStart {
  readonly labels: Tensor<['N'], 'i32'>
  readonly offsets: WeighingOffsets
  readonly epoch: Tensor<[]>
  readonly rates: Tensor<['K']>
  readonly dropoutKey: Tensor<[2], 'i32'>
  readonly nextKey: Tensor<[2], 'i32'>
  readonly steps: Tensor<[]>
}

/** The state as the step of this number uses it: as it was left, or in the first step of an epoch made anew. */
export const epochStart = (setting: EpochSetting): EpochStart => {
  const { layers, towers, classTexts, images, stepsPerEpoch, resetProbability } = setting
  const [hidden, embedding]: readonly [DimHandle<'H'>, DimHandle<'E'>] = [layers.hidden, towers.embedding]
  const steps = parameter(stateNames.steps, [])
  const epoch = floor(div(add(steps, 0.5), stepsPerEpoch))
  const isFirst = less(sub(steps, mul(epoch, stepsPerEpoch)), 0.5)
  const rates = parameter(stateNames.rates, [axis(classTexts.zeroShot, 0)])
  const share = parameter(stateNames.share, [])
  const [nextKey, dropoutKey, coinKey, firstKey, secondKey] = splitKey(
    parameter(stateNames.key, [2], 'i32'),
    5,
  )
  const { offsets } = stateNames
  const coins = less(randomUniform(coinKey, [4]), resetProbability)
  /** New values where a coin says so: what was learned of a part is taken away, and the new value put in its place. */
  const redrawn = <S>(
    coin: 0 | 1 | 2 | 3,
    learned: Tensor<S>,
    fresh: Tensor<S>,
    offset: Tensor<S>,
  ): Tensor<S> => where(select(coins, 0, coin), sub(fresh, learned), offset)
  const within = <S>(drawn: Tensor<S>, bound: number): Tensor<S> => mul(sub(mul(drawn, 2), 1), bound)
  /** Glorot and Bengio 2010. */
  const bound = (inputs: unknown, outputs: unknown): number =>
    Math.sqrt(6 / (Number(inputs) + Number(outputs)))
  const { labels, ...changed } = whileLoop(
    {
      carry: {
        labels: parameter(stateNames.labels, [axis(images, 0)], 'i32'),
        firstWeight: parameter(offsets.firstWeight, [hidden, embedding]),
        firstBias: parameter(offsets.firstBias, [hidden]),
        secondWeight: parameter(offsets.secondWeight, [1, hidden]),
        secondBias: parameter(offsets.secondBias, [1]),
      },
      bound: 1,
    },
    () => isFirst,
    (before) => ({
      labels: guessedLabels(setting, epoch, rates, share),
      firstWeight: redrawn(
        0,
        parameter(weighingNames[0], [hidden, embedding]),
        within(randomUniform(firstKey, [hidden, embedding]), bound(embedding.dim, hidden.dim)),
        before.firstWeight,
      ),
      firstBias: redrawn(
        1,
        parameter(weighingNames[1], [hidden]),
        zerosLike(before.firstBias),
        before.firstBias,
      ),
      secondWeight: redrawn(
        2,
        parameter(weighingNames[2], [1, hidden]),
        within(randomUniform(secondKey, [1, hidden]), bound(hidden.dim, 1)),
        before.secondWeight,
      ),
      secondBias: redrawn(
        3,
        parameter(weighingNames[3], [1]),
        zerosLike(before.secondBias),
        before.secondBias,
      ),
    }),
  )
  return {
    labels,
    offsets: {
      firstWeight: stopGradient(changed.firstWeight),
      firstBias: stopGradient(changed.firstBias),
      secondWeight: stopGradient(changed.secondWeight),
      secondBias: stopGradient(changed.secondBias),
    },
    epoch,
    rates,
    dropoutKey,
    nextKey,
    steps,
  }
}
