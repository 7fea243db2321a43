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

/** Logits of the same images by zero-shot CLIP and by an adapted classifier, [N,K] each. */
export interface BothLogits {
  readonly zeroShot: TensorValue
  readonly adapted: TensorValue
}

/** Whether logits are zero-shot CLIP's, but for how a program rounds. */
const areKept = ({ zeroShot, adapted }: BothLogits): boolean =>
  zeroShot.data.every((logit, i) => Math.abs(logit - (adapted.data[i] ?? 0)) <= 1e-3 * (1 + Math.abs(logit)))

/**
 * What must be said of a method that takes classes to be about equally frequent, where zero-shot CLIP's predictions of the target are spread
 * over few of them; and of a method that has kept these predictions. No label is read.
 */
export const labelShiftWarnings = (chosen: ChosenMethod, logits: BothLogits): readonly string[] => {
  const { zeroShot } = logits
  const [images = 0, classes = 0] = zeroShot.shape
  if (images === 0) return []
  if (chosen.method === 'gated-transclip') {
    return areKept(logits)
      ? [
          `zero-shot CLIP’s predictions of the target are kept: where TransCLIP would change them, the class means of the source do not prefer it by ${chosen.settings.deviations} standard deviations, or too few classes are found. Without labels nothing tells whether it would gain or lose here`,
        ]
      : []
  }
  if (!takesClassesAsEven(chosen)) return []
  const spreadOver = effectiveClasses(rowsOf(zeroShot))
  return spreadOver >= evenShare * classes
    ? []
    : [
        `zero-shot CLIP’s predictions of the target are spread over about ${spreadOver.toFixed(1)} of ${classes} classes. Either the target lacks classes, and ${definitionOf(chosen.method).title}, which takes them to be about equally frequent, may be worse than zero-shot CLIP; or zero-shot CLIP overlooks classes, and it may be better. Without labels nothing tells which: where the result must not be worse, take zero-shot CLIP`,
      ]
}
