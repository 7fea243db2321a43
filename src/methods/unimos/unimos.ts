/**
 * UniMoS (Li et al. 2024, "Split to merge: unifying separated modalities for unsupervised domain adaptation", CVPR 2024, arXiv
 * 2403.06946): features of CLIP are separated into a part of vision and a part of text, by two linear layers. Each part
 * has a classifier, which teach each other, and a discriminator of modalities makes the parts alike in both domains.
 *
 * It is the released code (TL-UESTC/UniMoS, `model.py`), whose steps say more than the paper does.
 */
import * as t from 'io-ts'
import { sizeUpTo } from '../../dsl/documents/integer.js'
import { nonNegative, numberIn } from '../../dsl/documents/number-in.js'
import { probability } from '../../dsl/documents/probability.js'
import { fromZeroBelowOne } from '../../dsl/setting.js'
import {
  add,
  axis,
  concat,
  full,
  gather,
  l2Normalize,
  mean,
  mul,
  neg,
  parameter,
  slice,
  softmax,
  stopGradient,
  sub,
} from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import {
  accuracy,
  binaryCrossEntropy,
  crossEntropy,
  klDivergence,
  mutualInformation,
} from '../../losses/index.js'
import type { ClipTowers } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import { defineMethod } from '../definition.js'
import type { ClassTexts, PromptMethod } from '../prompt-method.js'
import { epochStart, initialState, mixedLogits, shareAfter, stateNames } from './epoch-start.js'
import type { Separated } from './layers.js'
import { initialUniMosLayers, overlap, uniMosLayers } from './layers.js'

const uniMosSettings = t.type({
  /** Features of an image after the bottleneck: 256. */
  bottleneckWidth: sizeUpTo(65_536),
  /** Features of the hidden layers of discriminator and weighing: 256. */
  hiddenWidth: sizeUpTo(65_536),
  /** The factor of what keeps the two parts apart, and of the discriminator's losses. */
  regularisation: nonNegative,
  /** τ: the power of a class's rate that its probability by text is divided by. */
  debias: nonNegative,
  /** The weight of a step's rates in the running ones is 1 less this. */
  rateMomentum: numberIn(fromZeroBelowOne),
  /** The share of vision in predictions from the tenth epoch on; it starts at 0.8. */
  visionShare: probability,
  /** The probability that a hidden feature of the discriminator is dropped in a step. */
  dropout: numberIn(fromZeroBelowOne),
  /** The probability that a tensor of the weighing is drawn anew before an epoch. */
  resetProbability: probability,
})

export type UniMosSettings = Readonly<t.TypeOf<typeof uniMosSettings>>

/** Both parts of images, one part after the other, and which rows are text. */
const byModality = <B>({ vision, text }: Separated<B>) => {
  const count = axis(vision, 0)
  return {
    features: concat([vision, text], 0),
    isText: concat([full([count, 1], 0), full([count, 1], 1)], 0),
  }
}

/**
 * UniMoS on a CLIP.
 *
 * @example
 * const { settings } = definitionOf('unimos').defaults
 * const { total } = uniMos(openAiTowers(architecture), settings).loss(adaptationBatch)
 */
export const uniMos = (
  towers: Pick<ClipTowers, 'embedding' | 'logitScale'>,
  settings: UniMosSettings,
): PromptMethod => {
  const { regularisation, debias, rateMomentum, visionShare, dropout, resetProbability } = settings
  const layers = uniMosLayers(towers, settings)
  const embedding = Number(towers.embedding.dim)
  /** What the classifier of a whole image says, by vision and by text. */
  const predicted = <B>(
    byVision: Tensor<[B, 'K']>,
    byText: Tensor<[B, 'K']>,
    { zeroShot }: ClassTexts,
  ): Tensor<[B, 'K']> =>
    mixedLogits(byVision, byText, {
      share: parameter(stateNames.share, []),
      rates: parameter(stateNames.rates, [axis(zeroShot, 0)]),
      debias,
    })
  return {
    tag: 'Inductive',
    prompts: { tag: 'None' },
    initialParameters: ({ key, classCount, targetCount }) => ({
      ...initialUniMosLayers(key, embedding, classCount, settings),
      ...initialState(key, {
        classes: classCount,
        targets: targetCount,
        embedding,
        hidden: settings.hiddenWidth,
      }),
    }),
    isTrainable: (name) => /^(separation|bottleneck|head|weighing|discriminator)\./.test(name),
    loss: ({ source, labels, target, classTexts, wholeTarget, stepsPerEpoch }) => {
      const batch = axis(source.feature, 0)
      const images = wholeTarget.features
      const start = epochStart({
        towers,
        layers,
        classTexts,
        images,
        stepsPerEpoch,
        debias,
        resetProbability,
      })
      const both = layers.separated(l2Normalize(concat([source.feature, target.feature], 0)))
      const ofSource = { vision: slice(both.vision, 0, 0, batch), text: slice(both.text, 0, 0, batch) }
      const ofTarget = {
        vision: slice(both.vision, 0, batch, batch),
        text: slice(both.text, 0, batch, batch),
      }

      const { output, updates } = layers.bottleneck(both.vision, true)
      const byVision = layers.visionLogits(output, classTexts)
      const [sourceByVision, targetByVision] = [
        slice(byVision, 0, 0, batch),
        slice(byVision, 0, batch, batch),
      ] as const
      const sourceByText = layers.textLogits(ofSource.text, classTexts)
      const targetByText = layers.textLogits(ofTarget.text, classTexts)
      const share = layers.visionShare(ofTarget.vision, start.offsets)
      const mixed = add(mul(targetByVision, share), mul(stopGradient(targetByText), sub(1, share)))

      /** How well the discriminator tells the modalities of a domain apart. */
      const told = <B>(name: string, parts: Separated<B>, frozen: boolean): Tensor<[]> => {
        const { features, isText } = byModality(parts)
        const key = dropout === 0 ? undefined : start.dropoutKey
        return binaryCrossEntropy(
          layers.discriminator(features, { frozen, name, rate: dropout, key }),
          isText,
        )
      }
      const zeroShot = stopGradient(sharedTextLogits(towers, target.feature, classTexts.zeroShot))
      const terms = {
        crossEntropy: crossEntropy(sourceByVision, labels),
        textCrossEntropy: crossEntropy(sourceByText, labels),
        pseudoLabels: crossEntropy(mixed, gather(start.labels, wholeTarget.positions, 0)),
        distillation: klDivergence(targetByText, zeroShot),
        overlap: overlap(both),
        sourceModality: told('source', ofSource, false),
        targetModality: told('target', ofTarget, true),
        mutualInformation: mutualInformation(mixed),
      }
      const supervised = add(add(terms.crossEntropy, terms.textCrossEntropy), terms.pseudoLabels)
      const regularised = add(add(terms.overlap, terms.sourceModality), terms.targetModality)
      const rates = mean(softmax(stopGradient(targetByText), -1), 0)
      return {
        total: add(
          add(supervised, add(terms.distillation, neg(terms.mutualInformation))),
          mul(regularised, regularisation),
        ),
        terms,
        accuracy: accuracy(predicted(sourceByVision, sourceByText, classTexts), labels),
        updates: {
          ...updates,
          [stateNames.steps]: add(start.steps, 1),
          [stateNames.key]: start.nextKey,
          [stateNames.labels]: start.labels,
          [stateNames.rates]: add(mul(start.rates, rateMomentum), mul(rates, 1 - rateMomentum)),
          [stateNames.share]: shareAfter(start.epoch, visionShare),
          [stateNames.offsets.firstWeight]: start.offsets.firstWeight,
          [stateNames.offsets.firstBias]: start.offsets.firstBias,
          [stateNames.offsets.secondWeight]: start.offsets.secondWeight,
          [stateNames.offsets.secondBias]: start.offsets.secondBias,
        },
      }
    },
    predict: ({ feature }, classTexts) => {
      const { vision, text } = layers.separated(l2Normalize(feature))
      const { output } = layers.bottleneck(vision, false)
      return predicted(
        layers.visionLogits(output, classTexts),
        layers.textLogits(text, classTexts),
        classTexts,
      )
    },
  }
}

export const uniMosDefinition = defineMethod({
  name: 'unimos',
  title: 'UniMoS',
  settings: uniMosSettings,
  descriptions: {
    bottleneckWidth: 'features of an image after the bottleneck',
    hiddenWidth: 'features of hidden layers of discriminator and weighing',
    regularisation: 'factor of what keeps vision and text apart, and of the discriminator',
    debias: 'power of a class’s rate that its probability by text is divided by',
    rateMomentum: 'share of the running rates that a step keeps',
    visionShare: 'share of vision in predictions from the tenth epoch on; it starts at 0.8',
    dropout: 'probability that a hidden feature of the discriminator is dropped',
    resetProbability: 'probability that a tensor of the weighing is drawn anew before an epoch',
  },
  defaults: {
    settings: {
      bottleneckWidth: 256,
      hiddenWidth: 256,
      regularisation: 0.01,
      debias: 0.5,
      rateMomentum: 0.99,
      visionShare: 0.3,
      dropout: 0.5,
      resetProbability: 0.5,
    },
    training: {
      epochs: 50,
      epochShots: 'all',
      batch: 32,
      optimizer: 'sgd',
      learningRate: 0.003,
      schedule: 'inverse-steps',
      weightDecay: 0,
      warmUpEpochs: 0,
      warmUpRate: 1e-5,
      augmentation: 'none',
    },
  },
  learns: true,
  // It maximises the entropy of the mean prediction.
  takesClassesAsEven: () => true,
  on: uniMos,
})
