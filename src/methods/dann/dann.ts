/**
 * DANN (Ganin et al. 2016, "Domain-adversarial training of neural networks", JMLR 17): a discriminator learns to tell the
 * domains of features apart, and the bottleneck, through a reversed gradient, learns features that it cannot tell apart. On kept
 * features of CLIP, with the discriminator and the growth of the reversal of TLlib (`tllib/modules/{domain_discriminator,grl}.py`).
 */
import * as t from 'io-ts'
import { positiveInteger, sizeUpTo } from '../../dsl/documents/integer.js'
import { nonNegative } from '../../dsl/documents/number-in.js'
import {
  add,
  axis,
  batchNormOfBatch,
  concat,
  dim,
  div,
  exp,
  full,
  mul,
  neg,
  parameter,
  relu,
  sized,
  sub,
  withGradient,
} from '../../dsl/index.js'
import type { DimHandle, Tensor } from '../../dsl/index.js'
import { binaryCrossEntropy } from '../../losses/index.js'
import { constantInitialiser, linearInitialiser, linearLayer, normInitialiser } from '../../model/index.js'
import type { ClipTowers } from '../../model/index.js'
import { alignedFeatures } from '../aligned-features.js'
import { defineMethod } from '../definition.js'
import type { PromptMethod } from '../prompt-method.js'
import { classicTraining } from '../training-defaults.js'

const dannSettings = t.type({
  /** Features of an image after the bottleneck. */
  bottleneckWidth: sizeUpTo(65_536),
  /** Features of the two hidden layers of the discriminator. */
  discriminatorWidth: sizeUpTo(65_536),
  /** The factor of the discriminator's loss. */
  tradeOff: nonNegative,
  /** N: the reversed gradient is multiplied by 2 / (1 + e^(-i / N)) - 1 at step i. */
  reversalSteps: positiveInteger,
})

export type DannSettings = Readonly<t.TypeOf<typeof dannSettings>>

/**
 * The value, whose gradient is reversed and multiplied by a factor (the gradient reversal layer of Ganin et al. 2016): what follows learns to do
 * something, and what is before it learns to prevent that.
 *
 * @example
 * const features = input('features', ['B', 256])
 * const guess = linear(reversedGradient(features, scalar(0.5)), parameter('discriminator.weight', [1, 256]))
 */
export const reversedGradient = <S>(x: Tensor<S>, factor: Tensor<[]>): Tensor<S> =>
  withGradient(x, { x }, (cotangent) => ({ x: neg(mul(cotangent, factor)) }))

const name = 'discriminator'
const steps = `${name}.steps`

/** A linear layer, batch normalisation by the batch, and ReLU. */
const hiddenLayer =
  <I, H>(layer: string, inputs: DimHandle<I>, outputs: DimHandle<H>) =>
  <N>(x: Tensor<[N, I]>): Tensor<[N, H]> => {
    const [weight, bias] = [
      parameter(`${layer}.norm.weight`, [outputs]),
      parameter(`${layer}.norm.bias`, [outputs]),
    ] as const
    return relu(batchNormOfBatch(linearLayer(layer, inputs, outputs)(x), weight, bias).output)
  }

const layers = [`${name}.layer1`, `${name}.layer2`, `${name}.layer3`] as const

/** Features to a logit, positive where an image seems to be of the source. It is used in training alone. */
const discriminator =
  (width: DimHandle<'Z'>, hidden: DimHandle<'H'>) =>
  <N>(features: Tensor<[N, 'Z']>): Tensor<[N, 1]> =>
    linearLayer(
      layers[2],
      hidden,
      dim(1),
    )(hiddenLayer(layers[1], hidden, hidden)(hiddenLayer(layers[0], width, hidden)(features)))

/**
 * DANN on a CLIP. The factor of the reversed gradient grows with the steps of training, which are counted among the parameters.
 *
 * @example
 * const { settings } = definitionOf('dann').defaults
 * const { total } = dann(openAiTowers(architecture), settings).loss(adaptationBatch)
 */
export const dann = (
  towers: Pick<ClipTowers, 'embedding'>,
  { bottleneckWidth, discriminatorWidth, tradeOff, reversalSteps }: DannSettings,
): PromptMethod => {
  const [width, hidden] = [sized('Z', bottleneckWidth), sized('H', discriminatorWidth)] as const
  const discriminate = discriminator(width, hidden)
  return alignedFeatures(towers, bottleneckWidth, {
    name,
    weight: tradeOff,
    between: (source, target) => {
      const step = parameter(steps, [])
      const factor = sub(div(2, add(exp(mul(step, -1 / reversalSteps)), 1)), 1)
      const batch = axis(source.features, 0)
      const seen = discriminate(reversedGradient(concat([source.features, target.features], 0), factor))
      const isSource = concat([full([batch, 1], 1), full([batch, 1], 0)], 0)
      return { term: binaryCrossEntropy(seen, isSource), updates: { [steps]: add(step, 1) } }
    },
    initialParameters: (key) => ({
      [steps]: constantInitialiser([], 0),
      ...linearInitialiser(key, layers[0], bottleneckWidth, discriminatorWidth),
      ...normInitialiser(`${layers[0]}.norm`, discriminatorWidth),
      ...linearInitialiser(key, layers[1], discriminatorWidth, discriminatorWidth),
      ...normInitialiser(`${layers[1]}.norm`, discriminatorWidth),
      ...linearInitialiser(key, layers[2], discriminatorWidth, 1),
    }),
  })
}

export const dannDefinition = defineMethod({
  name: 'dann',
  title: 'DANN',
  settings: dannSettings,
  descriptions: {
    bottleneckWidth: 'features of an image after the bottleneck',
    discriminatorWidth: 'features of the hidden layers of the discriminator',
    tradeOff: 'factor of what makes the domains alike',
    reversalSteps: 'steps in which the reversed gradient grows to 0.46 of its full size',
  },
  defaults: {
    settings: { bottleneckWidth: 256, discriminatorWidth: 1024, tradeOff: 1, reversalSteps: 1000 },
    training: { ...classicTraining, learningRate: 0.01, weightDecay: 1e-3 },
  },
  learns: true,
  on: dann,
})
