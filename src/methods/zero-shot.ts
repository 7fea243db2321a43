/** Zero-shot CLIP (Radford et al. 2021, sec. 3.1): texts from templates, one or several averaged. It learns nothing. */
import { crossEntropy } from '../losses/index.js'
import type { ClipTowers } from '../model/index.js'
import { sharedTextLogits } from './cosine-logits.js'
import type { PromptMethod } from './prompt-method.js'

/**
 * Its loss tells how well it does on the source; nothing makes it smaller.
 *
 * @example
 * const logits = zeroShot(openAiTowers(architecture)).predict(adaptationBatch.target, adaptationBatch.classes)
 */
export const zeroShot = (clip: Pick<ClipTowers, 'logitScale'>): PromptMethod => ({
  prompts: { tag: 'None' },
  initialParameters: () => ({}),
  isTrainable: () => false,
  loss: ({ source, labels, classes }) => {
    const total = crossEntropy(sharedTextLogits(clip, source.feature, classes.zeroShot), labels)
    return { total, terms: {} }
  },
  predict: ({ feature }, classes) => sharedTextLogits(clip, feature, classes.zeroShot),
})
