/** Signs that a model has learned nothing, in words with what to do: figures that look like others and mean nothing. Pure. */
import type { Accuracy } from '../accuracy.js'
import { spread } from '../spread.js'
import type { AdaptationEvaluation } from './evaluation-file.js'

/**
 * The only class that a classifier names, where it was asked about images of several; undefined where it names several, or
 * is asked about one class.
 */
export const onlyClassNamed = ({ confusion, perClass }: Accuracy): string | undefined => {
  const asked = perClass.filter(({ count }) => count > 0)
  const named = perClass.filter((_, guess) => confusion.some((row) => (row[guess] ?? 0) > 0))
  return asked.length > 1 && named.length === 1 ? named[0]?.name : undefined
}

/** The share of the steps that is looked at: the last ones. */
const lastShare = 0.25

/** What a cross entropy is at the end of a training, next to ln K. */
export interface EndOfLoss {
  readonly mean: number
  /** ln K: that of a guess among K classes. */
  readonly chance: number
}

/**
 * The mean cross entropy of the last quarter of the steps, where it is that of guessing among some classes: not below ln K by
 * more than its noise, which is twice the standard error of the mean, at least 1 % and at most 10 % of ln K. Undefined where
 * the loss is lower, where there are no steps, and where there is one class.
 */
export const lossAtChance = (crossEntropies: readonly number[], classes: number): EndOfLoss | undefined => {
  const end = spread(crossEntropies.slice(-Math.ceil(lastShare * crossEntropies.length)))
  if (end === undefined || classes < 2) return undefined
  const { mean, deviation = 0, count } = end
  const chance = Math.log(classes)
  const error = deviation / Math.sqrt(count)
  const noise = Math.min(Math.max(2 * error, 0.01 * chance), 0.1 * chance)
  return mean >= chance - noise ? { mean, chance } : undefined
}

/** The sentence of a loss at chance; nothing for any other. */
export const chanceWarnings = (
  crossEntropies: readonly number[],
  classes: number,
  advice: string,
): readonly string[] => {
  const found = lossAtChance(crossEntropies, classes)
  return found === undefined
    ? []
    : [
        `the cross entropy of the last steps is ${found.mean.toFixed(3)}, and that of guessing among ${classes} classes is ln ${classes} = ${found.chance.toFixed(3)}: nothing was learned. ${advice}`,
      ]
}

const sameCounts = (a: Accuracy, b: Accuracy): boolean =>
  JSON.stringify(a.confusion) === JSON.stringify(b.confusion)

/**
 * What must be said of an evaluation before its figures are read: a classifier that names one class only, a cross entropy
 * that ended at chance, and an adaptation that changed nothing. `crossEntropies` are those of the steps; none where the method
 * learns nothing.
 */
export const evaluationWarnings = (
  { zeroShot, adapted }: Pick<AdaptationEvaluation, 'zeroShot' | 'adapted'>,
  crossEntropies: readonly number[],
): readonly string[] => {
  const [before, after] = [onlyClassNamed(zeroShot), onlyClassNamed(adapted)]
  const learns = crossEntropies.length > 0
  return [
    ...(before === undefined
      ? []
      : [
          `zero-shot CLIP names every image '${before}': its features do not tell the classes apart. Take a CLIP that was pretrained for longer, or a published one`,
        ]),
    ...(after === undefined || !learns
      ? []
      : [
          `the adapted classifier names every image '${after}'. Lower the learning rate, or take another preset or method`,
        ]),
    ...chanceWarnings(
      crossEntropies,
      adapted.perClass.length,
      'Train for longer or at another learning rate, and look at what zero-shot CLIP reaches',
    ),
    ...(learns && sameCounts(zeroShot, adapted)
      ? [
          'no figure of any class changed: the gain is exactly 0. The run may have kept its first weights, or its learning rate is too low to change a prediction',
        ]
      : []),
  ]
}
