/** Cross entropy with a weight for each row. */
import { logSoftmax, mean, mul, neg, takeElement, withSignature } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/**
 * Mean over the batch of -w ln softmax(logits)[label]. For pseudo-labels, w is the confidence of the classifier that gave
 * the label, or 1 where that is above a threshold and else 0 (Sohn et al. 2020, FixMatch, eq. 4). The sum is divided by
 * the number of rows, not by the sum of the weights: a batch of uncertain labels has a small loss.
 *
 * `logits` [B,K], `labels` [B] in 0 ... K - 1, `weights` [B], not negative; a scalar in nats.
 *
 * @example
 * const loss = weightedCrossEntropy(logits, labels, input('confidence', ['B']))
 */
export const weightedCrossEntropy = <B, K>(
  logits: Tensor<[B, K]>,
  labels: Tensor<[NoInfer<B>], 'i32'>,
  weights: Tensor<[NoInfer<B>]>,
): Tensor<[]> =>
  withSignature(
    'weightedCrossEntropy',
    {
      logits: [logits, 'batch classes'],
      labels: [labels, 'batch', 'i32'],
      weights: [weights, 'batch'],
    },
    mean(mul(weights, neg(takeElement(logSoftmax(logits, -1), labels))), 0),
  )
