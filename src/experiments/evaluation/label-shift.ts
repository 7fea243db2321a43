/** Whether a target may lack classes, as far as its images tell without labels. Pure. */
import type { ChosenMethod } from '../../methods/index.js'
import { definitionOf, takesClassesAsEven } from '../../methods/index.js'
import { rowsOf } from '../../values/rows-of.js'
import type { TensorValue } from '../../values/value.js'
import type { Rows } from '../validators/rows.js'
import { entropyOf, meanRow, softmaxOf } from '../validators/rows.js'

/**
 * How many classes the predictions of logits [N,K] are spread over: e to the entropy of their mean, from 1 to K.
 *
 * @example
 * effectiveClasses([[9, 0, 0], [0, 9, 0]]) // about 2
 */
export const effectiveClasses = (logits: Rows): number => Math.exp(entropyOf(meanRow(logits.map(softmaxOf))))

/** Below this share of the classes a target is said to be uneven. */
const evenShare = 0.7

/**
 * What must be said of a method that takes classes to be about equally frequent, where zero-shot CLIP's predictions of the target, logits
 * [N,K], are spread over few of them; and of a method that keeps them then. No label is read.
 */
export const labelShiftWarnings = (chosen: ChosenMethod, zeroShot: TensorValue): readonly string[] => {
  const [images = 0, classes = 0] = zeroShot.shape
  if (images === 0) return []
  const spreadOver = effectiveClasses(rowsOf(zeroShot))
  if (chosen.method === 'gated-transclip') {
    return spreadOver >= chosen.settings.evenShare * classes
      ? []
      : [
          `zero-shot CLIP’s predictions of the target are spread over about ${spreadOver.toFixed(1)} of ${classes} classes, and are kept: without labels nothing tells whether the target lacks classes, where TransCLIP would lose, or zero-shot CLIP overlooks them, where it would gain`,
        ]
  }
  if (!takesClassesAsEven(chosen)) return []
  return spreadOver >= evenShare * classes
    ? []
    : [
        `zero-shot CLIP’s predictions of the target are spread over about ${spreadOver.toFixed(1)} of ${classes} classes. Either the target lacks classes, and ${definitionOf(chosen.method).title}, which takes them to be about equally frequent, may be worse than zero-shot CLIP; or zero-shot CLIP overlooks classes, and it may be better. Without labels nothing tells which: where the result must not be worse, take zero-shot CLIP`,
      ]
}
