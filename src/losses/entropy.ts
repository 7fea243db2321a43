/** Entropy of predictions. */
import {
  equal,
  exp,
  log,
  logSoftmax,
  mean,
  mul,
  neg,
  softmax,
  sub,
  sum,
  where,
  withSignature,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/**
 * Mean over the batch of the entropy -Σ p ln p of softmax(logits); in nats, between 0 and ln K.
 *
 * `logits` [B,K]. A class of probability zero (a logit of -∞) contributes 0.
 *
 * @example
 * const uncertainty = entropy(input('logits', ['B', 10]))
 */
export const entropy = <B, K>(logits: Tensor<[B, K]>): Tensor<[]> => mean(entropyOfRows(logits), 0)

/** The entropy of each row's softmax, in nats: logits [B,K] give [B]. */
export const entropyOfRows = <B, K>(logits: Tensor<[B, K]>): Tensor<[B]> => {
  const logProbabilities = logSoftmax(logits, -1)
  const impossible = equal(logProbabilities, -Infinity)
  const finite = where(impossible, 0, logProbabilities)
  return withSignature(
    'entropy',
    { logits: [logits, 'batch classes'] },
    neg(sum(mul(exp(logProbabilities), finite), -1)),
  )
}

/**
 * Mutual information between images and predicted classes (Krause et al. 2010): the entropy of the mean prediction
 * minus the mean entropy. It is large where predictions are confident and all classes are used, so one maximises it;
 * unlike low entropy, it cannot be reached by predicting one class for all images. In nats, between 0 and ln K.
 *
 * `logits` [B,K].
 *
 * @example
 * const loss = neg(mutualInformation(input('logits', ['B', 10])))
 */
export const mutualInformation = <B, K>(logits: Tensor<[B, K]>): Tensor<[]> => {
  const marginal = mean(softmax(logits, -1), 0)
  const absent = equal(marginal, 0)
  const positive = where(absent, 1, marginal)
  return sub(neg(sum(mul(marginal, log(positive)), 0)), entropy(logits))
}
