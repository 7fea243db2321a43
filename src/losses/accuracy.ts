/** Accuracy: how often a classifier is right. */
import { add, argMax, cast, equal, isNaN, mean, sum, where, withSignature } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/**
 * The share of rows whose largest logit is that of the label: a scalar from 0 to 1, to report and to evaluate. Of equal
 * logits the first counts. It is NaN where a logit is NaN, which ranks nothing. It is no loss to train with: its gradient
 * is 0.
 *
 * `logits` [B,K], or probabilities; `labels` [B] in 0 ... K - 1.
 *
 * @example
 * const [x, labels] = [input('x', ['B', 784]), input('labels', ['B'], 'i32')]
 * const logits = linear(x, parameter('w', [10, 784]))
 * const objective = { loss: crossEntropy(logits, labels), report: { accuracy: accuracy(logits, labels) } }
 */
export const accuracy = <B, K>(logits: Tensor<[B, K]>, labels: Tensor<[NoInfer<B>], 'i32'>): Tensor<[]> => {
  const hits = cast(equal(argMax(logits, -1), labels), 'f32')
  const unranked = sum(where(isNaN(logits), logits, 0), -1)
  return withSignature(
    'accuracy',
    { logits: [logits, 'b k'], labels: [labels, 'b', 'i32'] },
    mean(add(hits, unranked), 0),
  )
}
