/** Cross entropy in which each row counts as much as its weight says. */
import { logSoftmax, mean, mul, neg, takeAlongAxis } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/**
 * Mean over the batch of -w ln softmax(logits)[label]: the loss of labels that another classifier guessed, w being how
 * sure it is, or 1 where it is sure enough and 0 elsewhere (Sohn et al. 2020, FixMatch, eq. 4). The mean is over all
 * rows, whatever their weights: a batch of doubtful guesses has a small loss.
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
): Tensor<[]> => mean(mul(weights, neg(takeAlongAxis(logSoftmax(logits, -1), labels))), 0)
