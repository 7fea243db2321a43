/**
 * CoOp (Zhou et al. 2022, "Learning to prompt for vision-language models", IJCV 130, sec. 3.2): one learned context
 * before the name, shared by all classes and images or one for each class, trained on the labels of the source alone. The
 * paper's variants with the name in the middle of the context are left out.
 */
import * as t from 'io-ts'
import { sizeUpTo } from '../../dsl/documents/integer.js'
import { defineMethod } from '../definition.js'
import { releasedTraining } from '../training-defaults.js'
import { axis, parameter, sized } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { accuracy, crossEntropy } from '../../losses/index.js'
import type { ClipTowers } from '../../model/index.js'
import { normalInitialiser } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import { classContextTexts, sharedContextTexts } from '../context-texts.js'
import type { ClassTexts, PromptMethod } from '../prompt-method.js'

const context = 'prompt_learner.ctx'

const coOpSettings = t.type({
  /** Vectors of a context: 16 in the paper. */
  contextTokens: sizeUpTo(1024),
  /** Whether every class has a context of its own: `CSC` of the released code. */
  classSpecificContext: t.boolean,
})

export type CoOpSettings = Readonly<t.TypeOf<typeof coOpSettings>>

/**
 * CoOp on a CLIP. The vectors of its context are drawn with a deviation of 0.02 (KaiyangZhou/CoOp, `trainers/coop.py`).
 * Prompts are `[SOS] context name . [EOT]`.
 *
 * @example
 * const settings = { contextTokens: 16, classSpecificContext: false }
 * const { total } = coOp(openAiTowers(architecture), settings).loss(adaptationBatch)
 */
export const coOp = (
  towers: ClipTowers,
  { contextTokens, classSpecificContext }: CoOpSettings,
): PromptMethod => {
  const { text } = towers
  const count = sized('C', contextTokens)
  const texts = ({ prompts }: ClassTexts): Tensor<['K', 'E']> =>
    classSpecificContext
      ? classContextTexts(text, parameter(context, [axis(prompts.tokens, 0), count, text.width]), prompts)
      : sharedContextTexts(text, parameter(context, [count, text.width]), prompts)
  const predict: PromptMethod['predict'] = ({ feature }, classTexts) =>
    sharedTextLogits(towers, feature, texts(classTexts))
  return {
    tag: 'Inductive',
    prompts: { tag: 'Placeholders', count: contextTokens },
    initialParameters: ({ key, classCount }) => ({
      [context]: normalInitialiser(
        key,
        context,
        [...(classSpecificContext ? [classCount] : []), contextTokens, Number(text.width.dim)],
        0.02,
      ),
    }),
    isTrainable: (name) => name === context,
    loss: ({ source, labels, classTexts }) => {
      const logits = predict(source, classTexts)
      const total = crossEntropy(logits, labels)
      return { total, terms: { crossEntropy: total }, accuracy: accuracy(logits, labels) }
    },
    predict,
  }
}

export const coOpDefinition = defineMethod({
  name: 'coop',
  title: 'CoOp',
  settings: coOpSettings,
  descriptions: {
    contextTokens: 'learned vectors of the context',
    classSpecificContext: 'whether every class has a context of its own, true or false',
  },
  defaults: {
    settings: { contextTokens: 16, classSpecificContext: false },
    training: {
      epochs: 200,
      epochShots: 16,
      batch: 32,
      optimizer: 'sgd',
      learningRate: 0.002,
      schedule: 'per-epoch',
      ...releasedTraining,
    },
  },
  learns: true,
  on: coOp,
})
