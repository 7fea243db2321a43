/** How well a classifier of known classes does where some images are of unknown ones. Pure. */
import { meanOf } from '../../values/mean.js'
import { argMaxOf, entropyOf, softmaxOf } from '../validators/rows.js'

/** The label of an image whose class is not among those that a classifier knows. */
export const unknownLabel = -1

/** Scores from 0 to 1. Each of them is NaN where there is no image of a kind that it needs. */
export interface OpenSetScores {
  /** How many images are of unknown classes. */
  readonly unknownCount: number
  /** OS*: the mean over known classes of the share of images that are classified rightly, and not rejected. */
  readonly known: number
  /** UNK: the share of the images of unknown classes that are rejected. */
  readonly unknown: number
  /** HOS: the harmonic mean of both. */
  readonly harmonicMean: number
  /** How often an image of an unknown class is less sure than one of a known class; equals count a half. */
  readonly auroc: number
}

const share = <A>(items: readonly A[], holds: (item: A) => boolean): number =>
  items.length === 0 ? Number.NaN : items.filter(holds).length / items.length

/** How often a number of the first list is above one of the second; of equal ones, half of the times. */
const oftenAbove = (above: readonly number[], below: readonly number[]): number => {
  if (above.length === 0 || below.length === 0) return Number.NaN
  const marked = [
    ...above.map((value) => ({ value, isAbove: true })),
    ...below.map((value) => ({ value, isAbove: false })),
  ].toSorted((a, b) => a.value - b.value)
  let [sum, seen, start] = [0, 0, 0]
  while (start < marked.length) {
    let end = start
    while (marked[end]?.value === marked[start]?.value && end < marked.length) end += 1
    const equals = marked.slice(start, end)
    const higher = equals.filter(({ isAbove }) => isAbove).length
    const lower = equals.length - higher
    sum += higher * (seen + lower / 2)
    seen += lower
    start = end
  }
  return sum / (above.length * below.length)
}

/**
 * The scores of logits [N,K] against labels, of which those of unknown classes are -1.
 *
 * An image is rejected, or taken to be of an unknown class, where the entropy of its prediction is above half of ln K (Saito et al. 2020,
 * "Universal domain adaptation through self-supervision", sec. 3.3): no label chooses the threshold. OS*, UNK and HOS are those of
 * Bucci et al. 2020, "On the effectiveness of image rotation for open set domain adaptation", sec. 3.3. The area under the curve is that
 * of the same entropies, and needs no threshold.
 *
 * @example
 * openSetScores([[9, 0], [0, 9], [0, 0]], [0, 1, -1]).harmonicMean // 1
 */
export const openSetScores = (
  logits: readonly (readonly number[])[],
  labels: readonly number[],
): OpenSetScores => {
  const images = logits.map((row, i) => ({
    label: labels[i] ?? unknownLabel,
    guess: argMaxOf(row),
    entropy: entropyOf(softmaxOf(row)),
  }))
  const threshold = Math.log(logits[0]?.length ?? 1) / 2
  const [strangers, known] = [
    images.filter(({ label }) => label === unknownLabel),
    images.filter(({ label }) => label !== unknownLabel),
  ]
  const rightByClass = new Map<number, boolean[]>()
  for (const { label, guess, entropy } of known) {
    const right = guess === label && entropy <= threshold
    const before = rightByClass.get(label)
    if (before === undefined) rightByClass.set(label, [right])
    else before.push(right)
  }
  const byClass = [...rightByClass.values()].map((rights) => share(rights, (right) => right))
  const [onKnown, onUnknown] = [
    byClass.length === 0 ? Number.NaN : meanOf(byClass),
    share(strangers, ({ entropy }) => entropy > threshold),
  ]
  const sum = onKnown + onUnknown
  return {
    unknownCount: strangers.length,
    known: onKnown,
    unknown: onUnknown,
    harmonicMean: sum === 0 ? 0 : (2 * onKnown * onUnknown) / sum,
    auroc: oftenAbove(
      strangers.map(({ entropy }) => entropy),
      known.map(({ entropy }) => entropy),
    ),
  }
}
