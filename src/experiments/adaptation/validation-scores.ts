/** How good weights are, as far as labels of the source and the target's bare images tell. Pure. */
import type { TensorValue } from '../../dsl/values/value.js'
import { softmaxRows } from '../evaluation/softmax-rows.js'

/** Entropies in nats, accuracies in [0, 1]. */
export interface ValidationScores {
  /** Cross entropy on held-out images of the source. */
  readonly sourceCrossEntropy: number
  /** Accuracy on them, balanced over classes. */
  readonly sourceAccuracy: number
  /** Mutual information of the target's images and their predictions. */
  readonly targetInformation: number
  /** Share of zero-shot CLIP's guesses that are repeated, each counting as much as that is sure of it. */
  readonly agreement: number
}

type Rows = readonly (readonly number[])[]

const average = (list: readonly number[]): number => list.reduce((total, x) => total + x, 0) / list.length

const entropy = (distribution: readonly number[]): number =>
  -distribution.reduce((sum, p) => (p > 0 ? sum + p * Math.log(p) : sum), 0)

const largestAt = (row: readonly number[]): number => row.indexOf(Math.max(...row))

const balancedAccuracy = (predictions: Rows, labels: readonly number[]): number =>
  average(
    [...new Set(labels)].map((label) =>
      average(
        predictions.flatMap((row, i) => (labels[i] === label ? [largestAt(row) === label ? 1 : 0] : [])),
      ),
    ),
  )

/** Smallest probability that is told from none: cross entropies stay finite. */
const least = 1e-12

/** Logits [N,K] on held-out images of the source with their labels, and on images of the target, beside zero-shot's. */
export const validationScores = (
  source: { readonly logits: TensorValue; readonly labels: readonly number[] },
  target: { readonly logits: TensorValue; readonly zeroShot: TensorValue },
): ValidationScores => {
  const onSource = softmaxRows(source.logits)
  const onTarget = softmaxRows(target.logits)
  const guesses = softmaxRows(target.zeroShot)
  const classes = onTarget[0] ?? []
  const marginal = classes.map((_, k) => average(onTarget.map((row) => row[k] ?? 0)))
  const confidence = guesses.map((row) => Math.max(...row))
  const agreed = guesses.map((row, i) =>
    largestAt(row) === largestAt(onTarget[i] ?? []) ? (confidence[i] ?? 0) : 0,
  )
  return {
    sourceCrossEntropy: average(
      onSource.map((row, i) => -Math.log(Math.max(row[source.labels[i] ?? -1] ?? 0, least))),
    ),
    sourceAccuracy: balancedAccuracy(onSource, source.labels),
    targetInformation: entropy(marginal) - average(onTarget.map(entropy)),
    agreement: average(agreed) / average(confidence),
  }
}

/**
 * What selection maximises: the log likelihood of the source's labels plus the information that predictions have of the
 * target. Neither a gain on the source that costs the target its certainty nor the reverse pays.
 */
export const selectionScore = ({ sourceCrossEntropy, targetInformation }: ValidationScores): number =>
  targetInformation - sourceCrossEntropy

/** The least agreement with zero-shot CLIP that selection accepts. */
export const leastAgreement = 0.8

/** The one that is rated highest; the first of equals. */
const highest = <S>(all: readonly S[], rate: (scores: S) => number): S | undefined =>
  all.reduce<S | undefined>(
    (best, scores) => (best === undefined || rate(scores) > rate(best) ? scores : best),
    undefined,
  )

/**
 * The best of some scores; the first of equals. Weights that overrule zero-shot CLIP too often are none of them: without
 * labels of the target nothing tells whether they are right, but a classifier that repeats four guesses in five cannot
 * be worse by more than the fifth. Where all of them do, which happens only to prompts that do not begin as zero-shot
 * CLIP, it is the one that agrees most.
 */
export const bestOf = <S extends ValidationScores>(all: readonly S[]): S | undefined =>
  highest(
    all.filter(({ agreement }) => agreement >= leastAgreement),
    selectionScore,
  ) ?? highest(all, ({ agreement }) => agreement)
