/** Cross entropy of logits against integer labels. */
import { logSoftmax, mean, neg, takeElement, withSignature } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/**
 * Mean over the batch of -ln softmax(logits)[label].
 *
 * `logits` [B,K], `labels` [B] in 0 ... K - 1; a scalar in nats. Stable for logits of any size. The row of
 * a label outside of the classes contributes 0.
 *
 * @example
 * const loss = crossEntropy(input('logits', ['B', 10]), input('labels', ['B'], 'i32'))
 */
export const crossEntropy = <B, K>(logits: Tensor<[B, K]>, labels: Tensor<[NoInfer<B>], 'i32'>): Tensor<[]> =>
  withSignature(
    'crossEntropy',
    { logits: [logits, 'batch classes'], labels: [labels, 'batch', 'i32'] },
    mean(neg(takeElement(logSoftmax(logits, -1), labels)), 0),
  )
