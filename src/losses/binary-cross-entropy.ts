/** Cross entropy of questions that are answered by yes or no, each by itself. */
import { mean, withSignature } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { binarySurprise } from './binary-surprise.js'

/**
 * Mean over all elements of -t ln p - (1 - t) ln(1 - p), with p = sigmoid(logit) and t the target, from 0 to 1; in nats, as
 * PyTorch's `binary_cross_entropy_with_logits`. For several labels per example, reconstructions, discriminators.
 *
 * `logits` and `targets` are of one shape. Stable for logits of any size.
 *
 * @example
 * const loss = binaryCrossEntropy(constant([2], [1, -2]), constant([2], [1, 0.5])) // 0.720095
 */
export const binaryCrossEntropy = <S>(logits: Tensor<S>, targets: Tensor<NoInfer<S>>): Tensor<[]> =>
  mean(
    binarySurprise(
      withSignature(
        'binaryCrossEntropy',
        { logits: [logits, '...shape'], targets: [targets, '...shape'] },
        logits,
      ),
      targets,
    ),
  )
