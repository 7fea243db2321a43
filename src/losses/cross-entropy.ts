/** Cross entropy of logits against integer labels. */
import { add, logSoftmax, mean, mul, neg, takeElement, where, withSignature } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { isKnownLabel } from './known-label.js'
import { fromZeroBelowOne, withSettings } from './setting.js'

/**
 * Mean over the batch of -ln softmax(logits)[label].
 *
 * With `labelSmoothing` ε, the target of a row is 1 - ε at its label plus ε / K at each class (Szegedy et al. 2016, sec. 7):
 * (1 - ε) times the loss at the label plus ε times the mean of the losses at all classes, as PyTorch's `label_smoothing`.
 *
 * `logits` [B,K], `labels` [B] in 0 ... K - 1; a scalar in nats. Stable for logits of any size. The row of
 * a label outside of the classes contributes 0. A class with a logit of -∞ makes a smoothed loss infinite. A smoothing
 * outside of [0, 1) is a fault.
 *
 * @example
 * const loss = crossEntropy(input('logits', ['B', 10]), input('labels', ['B'], 'i32'))
 * @example
 * const loss = crossEntropy(constant([1, 3], [2, 0, 0]), constant([1], [0], 'i32'), { labelSmoothing: 0.3 }) // 0.639545
 */
export const crossEntropy = <B, K>(
  logits: Tensor<[B, K]>,
  labels: Tensor<[NoInfer<B>], 'i32'>,
  { labelSmoothing = 0 }: { readonly labelSmoothing?: number } = {},
): Tensor<[]> =>
  withSettings(
    'crossEntropy',
    { labelSmoothing: [labelSmoothing, fromZeroBelowOne] },
    withSignature(
      'crossEntropy',
      { logits: [logits, 'batch classes'], labels: [labels, 'batch', 'i32'] },
      mean(neg(logLikelihood(logits, labels, labelSmoothing)), 0),
    ),
  )

/** Of each row, the mean of ln softmax(logits) under the smoothed target. Without smoothing, classes of -∞ are left alone. */
const logLikelihood = <B, K>(
  logits: Tensor<[B, K]>,
  labels: Tensor<[NoInfer<B>], 'i32'>,
  smoothing: number,
): Tensor<[B]> => {
  const logProbabilities = logSoftmax(logits, -1)
  const atLabel = takeElement(logProbabilities, labels)
  if (smoothing === 0) return atLabel
  const everywhere = where(isKnownLabel(labels, logits), mean(logProbabilities, 1), 0)
  return add(mul(atLabel, 1 - smoothing), mul(everywhere, smoothing))
}
