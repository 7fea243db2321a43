/**
 * A linear probe (Radford et al. 2021, "Learning transferable visual models from natural language supervision"): logistic
 * regression on kept features of CLIP, trained on labels of the source alone. It shows what adaptation is worth without a text.
 *
 * The paper takes features before the projection to the joint embedding, and fits them with L-BFGS until they converge; here they are
 * those of the joint embedding, and training is by steps like that of the other methods, from zeros.
 */
import * as t from 'io-ts'
import { axis } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { accuracy, crossEntropy } from '../../losses/index.js'
import { constantInitialiser, linearLayer } from '../../model/index.js'
import type { ClipTowers } from '../../model/index.js'
import { defineMethod } from '../definition.js'
import type { ClassTexts, PromptMethod } from '../prompt-method.js'
import { releasedTraining, sharedBudget } from '../training-defaults.js'

const name = 'probe'

/**
 * A linear probe of a CLIP.
 *
 * @example
 * const { total } = linearProbe(openAiTowers(architecture)).loss(adaptationBatch)
 */
export const linearProbe = ({ embedding }: Pick<ClipTowers, 'embedding'>): PromptMethod => {
  const logits = <B>(features: Tensor<[B, 'E']>, { zeroShot }: ClassTexts): Tensor<[B, 'K']> =>
    linearLayer(name, embedding, axis(zeroShot, 0))(features)
  return {
    tag: 'Inductive',
    prompts: { tag: 'None' },
    initialParameters: ({ classCount }) => ({
      [`${name}.weight`]: constantInitialiser([classCount, Number(embedding.dim)], 0),
      [`${name}.bias`]: constantInitialiser([classCount], 0),
    }),
    isTrainable: (parameter) => parameter.startsWith(`${name}.`),
    loss: ({ source, labels, classTexts }) => {
      const predicted = logits(source.feature, classTexts)
      const total = crossEntropy(predicted, labels)
      return { total, terms: { crossEntropy: total }, accuracy: accuracy(predicted, labels) }
    },
    predict: ({ feature }, classTexts) => logits(feature, classTexts),
  }
}

export const linearProbeDefinition = defineMethod({
  name: 'linear-probe',
  title: 'Linear probe',
  settings: t.type({}),
  descriptions: {},
  defaults: {
    settings: {},
    training: {
      ...sharedBudget,
      ...releasedTraining,
      augmentation: 'none',
      optimizer: 'adam',
      learningRate: 0.001,
    },
  },
  learns: true,
  on: linearProbe,
})
