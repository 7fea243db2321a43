/**
 * SHOT-IM (Liang et al. 2020, "Do we really need to access the source data? Source hypothesis transfer for unsupervised domain
 * adaptation", ICML 2020): the classifier stays as it is, and features of the target are learned for which its
 * predictions are sure and of many classes. It learns from no image of the source: the accuracy on them is only reported.
 *
 * Here the frozen classifier is zero-shot CLIP's, the texts of the classes, and what is learned is a linear layer on kept features that
 * starts as the identity: the first predictions are zero-shot CLIP's. The paper learns the whole image encoder and a bottleneck, from a
 * classifier of the source. Its pseudo-labels by clustering (SHOT) are left out.
 */
import * as t from 'io-ts'
import { neg } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { accuracy, entropy, mutualInformation } from '../../losses/index.js'
import { constantInitialiser, linearLayer } from '../../model/index.js'
import type { ClipTowers } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import type { TensorValue } from '../../values/value.js'
import { defineMethod } from '../definition.js'
import type { ClassTexts, PromptMethod } from '../prompt-method.js'
import { classicTraining } from '../training-defaults.js'

const name = 'adapter'

const identity = (width: number): TensorValue => ({
  dtype: 'f32',
  shape: [width, width],
  data: Float32Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0)),
})

/**
 * SHOT-IM on a CLIP. Its loss is the entropy of predictions less that of their mean over the images of a step.
 *
 * @example
 * const { total } = shotIm(openAiTowers(architecture)).loss(adaptationBatch)
 */
export const shotIm = (towers: Pick<ClipTowers, 'embedding' | 'logitScale'>): PromptMethod => {
  const { embedding } = towers
  const width = Number(embedding.dim)
  const logits = <B>(features: Tensor<[B, 'E']>, { zeroShot }: ClassTexts): Tensor<[B, 'K']> =>
    sharedTextLogits(towers, linearLayer(name, embedding, embedding)(features), zeroShot)
  return {
    tag: 'Inductive',
    prompts: { tag: 'None' },
    initialParameters: () => ({
      [`${name}.weight`]: identity(width),
      [`${name}.bias`]: constantInitialiser([width], 0),
    }),
    isTrainable: (parameter) => parameter.startsWith(`${name}.`),
    loss: ({ source, labels, target, classTexts }) => {
      const predicted = logits(target.feature, classTexts)
      return {
        total: neg(mutualInformation(predicted)),
        terms: { entropy: entropy(predicted) },
        accuracy: accuracy(logits(source.feature, classTexts), labels),
      }
    },
    predict: ({ feature }, classTexts) => logits(feature, classTexts),
  }
}

export const shotImDefinition = defineMethod({
  name: 'shot-im',
  title: 'SHOT-IM',
  settings: t.type({}),
  descriptions: {},
  defaults: {
    settings: {},
    training: {
      ...classicTraining,
      epochs: 15,
      batch: 64,
      learningRate: 0.01,
      weightDecay: 1e-3,
      schedule: 'inverse-progress',
    },
  },
  learns: true,
  // It maximises the entropy of the mean prediction.
  takesClassesAsEven: () => true,
  on: shotIm,
})
