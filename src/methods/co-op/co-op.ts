/**
 * CoOp (Zhou et al. 2022, "Learning to prompt for vision-language models", IJCV 130, sec. 3.2): one learned context
 * before the name, shared by all classes and images, trained on the labels of the source alone. The paper's other
 * variants, a context for each class and the name in the middle, are left out.
 */
import * as t from 'io-ts'
import { positiveInteger } from '../../dsl/documents/integer.js'
import { defineMethod } from '../definition.js'
import { sharedTraining } from '../training-defaults.js'
import { expandDims, parameter, sized, squeeze } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { crossEntropy } from '../../losses/index.js'
import type { ClipTowers } from '../../model/index.js'
import { normalInitialiser } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import type { ClassTexts, PromptMethod } from '../prompt-method.js'

const context = 'prompt_learner.ctx'

/**
 * CoOp on a CLIP. `contextTokens`: vectors of the unified context; the paper's are 16, drawn with a deviation of 0.02
 * (KaiyangZhou/CoOp, `trainers/coop.py`). Prompts are `[SOS] context name . [EOT]`.
 *
 * @example
 * const { total } = coOp(openAiTowers(architecture), { contextTokens: 16 }).loss(adaptationBatch)
 */
export const coOp = (
  towers: ClipTowers,
  { contextTokens }: { readonly contextTokens: number },
): PromptMethod => {
  const { width, encodePrompts } = towers.text
  const vectors = parameter(context, [sized('C', contextTokens), width])
  const texts = ({ prompts }: ClassTexts): Tensor<['K', 'E']> =>
    squeeze(encodePrompts(expandDims(vectors, 0), prompts), 0)
  const predict: PromptMethod['predict'] = ({ feature }, classTexts) =>
    sharedTextLogits(towers, feature, texts(classTexts))
  return {
    prompts: { tag: 'Placeholders', count: contextTokens },
    initialParameters: ({ key }) => ({
      [context]: normalInitialiser(key, context, [contextTokens, Number(width.dim)], 0.02),
    }),
    isTrainable: (name) => name === context,
    loss: ({ source, labels, classTexts }) => {
      const total = crossEntropy(predict(source, classTexts), labels)
      return { total, terms: { crossEntropy: total } }
    },
    predict,
  }
}

export const coOpDefinition = defineMethod({
  name: 'coop',
  title: 'CoOp',
  settings: t.type({ contextTokens: positiveInteger }),
  descriptions: { contextTokens: 'learned vectors of the context' },
  defaults: { settings: { contextTokens: 16 }, training: sharedTraining('sgd', 0.002) },
  learns: true,
  on: coOp,
})
