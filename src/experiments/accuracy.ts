/** Accuracy of predictions: overall, per class, and balanced over classes. Pure. */

import type { OpenSetScores } from './evaluation/open-set.js'

/** Accuracies in [0, 1]. */
export interface Accuracy {
  readonly count: number
  readonly overall: number
  /** Mean over the classes that occur of each one's accuracy. */
  readonly balanced: number
  readonly perClass: readonly { readonly name: string; readonly count: number; readonly accuracy: number }[]
  /** confusion[true][predicted]: numbers of images. */
  readonly confusion: readonly (readonly number[])[]
  /** Scores where other images were of unknown classes; they are counted in nothing above. */
  readonly openSet?: OpenSetScores
}

const ratio = (part: number, whole: number): number => (whole === 0 ? Number.NaN : part / whole)

const average = (values: readonly number[]): number =>
  ratio(
    values.reduce((total, value) => total + value, 0),
    values.length,
  )

/** confusion[true][predicted] for `size` classes; a position outside of them is not counted. */
const confusionOf = (
  predicted: readonly number[],
  labels: readonly number[],
  size: number,
): readonly (readonly number[])[] => {
  const counts = Array.from({ length: size }, () => Array.from({ length: size }, () => 0))
  for (const [i, label] of labels.entries()) {
    const row = counts[label]
    const guess = predicted[i] ?? -1
    const before = row?.[guess]
    if (row !== undefined && before !== undefined) row[guess] = before + 1
  }
  return counts
}

/**
 * Accuracy of predicted classes against labels, both positions in `classes`.
 *
 * @example
 * accuracy([0, 1, 1], [0, 1, 0], ['dog', 'horse']).overall // 2/3
 */
export const accuracy = (
  predicted: readonly number[],
  labels: readonly number[],
  classes: readonly string[],
): Accuracy => {
  const confusion = confusionOf(predicted, labels, classes.length)
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  const perClass = classes.map((name, label) => {
    const count = counts.get(label) ?? 0
    return { name, count, accuracy: ratio(confusion[label]?.[label] ?? 0, count) }
  })
  return {
    count: labels.length,
    overall: ratio(labels.filter((label, i) => label === predicted[i]).length, labels.length),
    balanced: average(perClass.filter(({ count }) => count > 0).map((row) => row.accuracy)),
    perClass,
    confusion,
  }
}

/** The position of the largest number of each row. */
export const argMaxRows = (data: ArrayLike<number>, width: number): readonly number[] =>
  Array.from({ length: data.length / width }, (_, row) => {
    let best = 0
    for (let i = 1; i < width; i += 1) {
      if ((data[row * width + i] ?? -Infinity) > (data[row * width + best] ?? -Infinity)) best = i
    }
    return best
  })
