/**
 * A new loss with its laws: generalised cross entropy (Zhang & Sabuncu 2018, eq. 6), which wrong labels lead astray less
 * than cross entropy. Under jest or vitest each law is a test; run by itself, this file tries them at once.
 */
import { div, exp, logSoftmax, mean, mul, takeElement, sub } from 'tensile'
import type { Tensor } from 'tensile'
import {
  finite,
  finiteGradients,
  gradientIsSlope,
  invariantToBatchOrder,
  invariantToRelabelling,
  knownValue,
  labels,
  lawsFor,
  logits,
  meanOfSingletons,
  nonNegative,
  shiftInvariant,
} from 'tensile/laws'

const q = 0.7

/** The mean of (1 - p^q) / q, where p is the probability of the right class: between 0 and 1/q, whatever the label. */
export const generalizedCrossEntropy = <B, K>(
  scores: Tensor<[B, K]>,
  classes: Tensor<[B], 'i32'>,
): Tensor<[]> => {
  // The power of a probability is taken of its logarithm: at p = 0, p^q has an infinite slope, and `finiteGradients` says so.
  const power = exp(mul(takeElement(logSoftmax(scores, -1), classes), q))
  return div(mean(sub(1, power), 0), q)
}

export const generalizedCrossEntropyLaws = {
  takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
  laws: [
    nonNegative,
    knownValue({
      words: '(1 - K^-q) / q at equal logits',
      of: ['logits'],
      values: ({ values: { logits: given } }) => ({
        logits:
          given === undefined
            ? undefined
            : { ...given, dtype: 'f32', data: new Float64Array(given.data.length) },
      }),
      is: ({ sizes: { K = 1 } }) => (1 - K ** -q) / q,
    }),
    invariantToBatchOrder('B'),
    invariantToRelabelling('K'),
    shiftInvariant('logits'),
    meanOfSingletons('B'),
    finite,
    finiteGradients,
    gradientIsSlope,
  ],
} as const

lawsFor(generalizedCrossEntropy, generalizedCrossEntropyLaws)
