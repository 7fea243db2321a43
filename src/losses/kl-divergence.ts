/** Kullback-Leibler divergence between the softmax distributions of two logits. */
import { equal, exp, logSoftmax, mean, mul, sub, sum, where, withSignature } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/**
 * Mean over the batch of KL(p || q) = Σ p (ln p - ln q), with p = softmax(pLogits), q = softmax(qLogits); in nats,
 * not negative, 0 where the two agree.
 *
 * Both [B,K]. A class with p = 0 contributes 0; a class with q = 0 and p > 0 makes the divergence infinite.
 *
 * @example
 * const loss = klDivergence(input('teacher', ['B', 10]), input('student', ['B', 10]))
 */
export const klDivergence = <B, K>(
  pLogits: Tensor<[B, K]>,
  qLogits: Tensor<[NoInfer<B>, NoInfer<K>]>,
): Tensor<[]> => {
  const logP = logSoftmax(pLogits, -1)
  const logQ = logSoftmax(qLogits, -1)
  const impossible = equal(logP, -Infinity)
  const difference = where(impossible, 0, sub(where(impossible, 0, logP), where(impossible, 0, logQ)))
  return withSignature(
    'klDivergence',
    { pLogits: [pLogits, 'batch classes'], qLogits: [qLogits, 'batch classes'] },
    mean(sum(mul(exp(logP), difference), -1), 0),
  )
}
