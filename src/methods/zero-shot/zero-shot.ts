/** Zero-shot CLIP (Radford et al. 2021, sec. 3.1): texts from templates, one or several averaged. It learns nothing. */
import * as t from 'io-ts'
import { defineMethod } from '../definition.js'
import { noTraining } from '../training-defaults.js'
import { accuracy, crossEntropy } from '../../losses/index.js'
import type { ClipTowers } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import type { PromptMethod } from '../prompt-method.js'

/**
 * Its loss tells how well it does on the source; nothing makes it smaller.
 *
 * @example
 * const logits = zeroShot(openAiTowers(architecture)).predict(adaptationBatch.target, adaptationBatch.classTexts)
 */
export const zeroShot = (towers: Pick<ClipTowers, 'logitScale'>): PromptMethod => ({
  tag: 'Inductive',
  prompts: { tag: 'None' },
  initialParameters: () => ({}),
  isTrainable: () => false,
  loss: ({ source, labels, classTexts }) => {
    const logits = sharedTextLogits(towers, source.feature, classTexts.zeroShot)
    return { total: crossEntropy(logits, labels), terms: {}, accuracy: accuracy(logits, labels) }
  },
  predict: ({ feature }, classTexts) => sharedTextLogits(towers, feature, classTexts.zeroShot),
})

export const zeroShotDefinition = defineMethod({
  name: 'zero-shot',
  title: 'CLIP zero-shot',
  settings: t.type({}),
  descriptions: {},
  defaults: { settings: {}, training: noTraining },
  learns: false,
  on: zeroShot,
})
