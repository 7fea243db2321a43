/** How good weights are, measured without labels of the target: by labels of the source and the target's bare images. Pure. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../../dsl/index.js'
import {
  argMax,
  div,
  equal,
  evaluate,
  input,
  labelTensor,
  logSoftmax,
  max,
  maximum,
  program,
  softmax,
  sum,
  where,
} from '../../dsl/index.js'
import type { Failure } from '../../effects/failure.js'
import { programRejected } from '../../engines/failure.js'
import { crossEntropy, mutualInformation } from '../../losses/index.js'
import { accuracy, argMaxRows } from '../accuracy.js'

/** Entropies in nats, accuracies in [0, 1]. */
export interface ValidationScores {
  /** Cross entropy on held-out images of the source. */
  readonly sourceCrossEntropy: number
  /** Accuracy on them, balanced over classes. */
  readonly sourceAccuracy: number
  /** Mutual information of the target's images and their predictions. */
  readonly targetInformation: number
  /** Share of zero-shot CLIP's predictions that are repeated, each weighted by its probability. */
  readonly agreement: number
}

/** The smallest log-probability that counts, so that cross entropies stay finite. */
const leastLog = Math.log(1e-12)

/** Logits to every score but the accuracy, as scalars. */
const scoresProgram = () => {
  const source = input('source', ['N', 'K'])
  const labels = input('labels', ['N'], 'i32')
  const target = input('target', ['M', 'K'])
  const zeroShot = input('zeroShot', ['M', 'K'])
  const confidence = max(softmax(zeroShot, -1), -1)
  const repeated = equal(argMax(zeroShot, 1), argMax(target, 1))
  return program(
    { source, labels, target, zeroShot },
    {
      sourceCrossEntropy: crossEntropy(maximum(logSoftmax(source, -1), leastLog), labels),
      targetInformation: mutualInformation(target),
      agreement: div(sum(where(repeated, confidence, 0)), sum(confidence)),
    },
  )
}

const scalarOf = ({ data }: TensorValue): number => data[0] ?? Number.NaN

const balancedAccuracy = (logits: TensorValue, labels: readonly number[]): number => {
  const [, width = 0] = logits.shape
  const classes = Array.from({ length: width }, (_, k) => String(k))
  return accuracy(argMaxRows(logits.data, width), labels, classes).balanced
}

/**
 * The scores of logits [N,K] on held-out images of the source with their labels, and of logits [M,K] on images of the
 * target with zero-shot CLIP's. Computed in float64. Fails with `ProgramRejected` where shapes do not fit.
 */
export const validationScores = (
  source: { readonly logits: TensorValue; readonly labels: readonly number[] },
  target: { readonly logits: TensorValue; readonly zeroShot: TensorValue },
): E.Either<Failure, ValidationScores> =>
  pipe(
    scoresProgram(),
    E.chainW((scores) =>
      evaluate(scores, {
        source: source.logits,
        labels: labelTensor(source.labels),
        target: target.logits,
        zeroShot: target.zeroShot,
      }),
    ),
    E.bimap(programRejected('validation'), ({ sourceCrossEntropy, targetInformation, agreement }) => ({
      sourceCrossEntropy: scalarOf(sourceCrossEntropy),
      sourceAccuracy: balancedAccuracy(source.logits, source.labels),
      targetInformation: scalarOf(targetInformation),
      agreement: scalarOf(agreement),
    })),
  )

/**
 * What selection maximises: the log likelihood of the source's labels plus the mutual information of the target's images
 * and predictions. A gain in one that the other loses again counts for nothing.
 */
export const selectionScore = ({ sourceCrossEntropy, targetInformation }: ValidationScores): number =>
  targetInformation - sourceCrossEntropy

/** The least agreement with zero-shot CLIP that selection accepts. */
export const leastAgreement = 0.8

/** The scores that are rated highest; the first of equals. */
const highest = <S>(all: readonly S[], rate: (scores: S) => number): S | undefined =>
  all.reduce<S | undefined>(
    (best, scores) => (best === undefined || rate(scores) > rate(best) ? scores : best),
    undefined,
  )

/**
 * The best of some scores; the first of equals. Weights that contradict zero-shot CLIP too often are not considered:
 * without labels of the target nothing tells whether they are right, but a classifier that repeats four predictions in
 * five cannot be worse by more than the fifth. If all weights do, the best is the one that agrees most; this happens only
 * to prompts that do not begin as zero-shot CLIP.
 */
export const bestOf = <S extends ValidationScores>(all: readonly S[]): S | undefined =>
  highest(
    all.filter(({ agreement }) => agreement >= leastAgreement),
    selectionScore,
  ) ?? highest(all, ({ agreement }) => agreement)
