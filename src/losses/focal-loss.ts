/** Focal losses: cross entropies in which examples that are easy count less. */
import {
  add,
  equal,
  expm1,
  logSoftmax,
  mean,
  mul,
  neg,
  pow,
  sigmoid,
  sub,
  takeElement,
  where,
  withSignature,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { binarySurprise } from './binary-surprise.js'
import { fromZeroToOne, withSettings, zeroOrMore } from './setting.js'

/** A share raised to a power, with gradients of 0 where the share is 0: there every term of a focal loss vanishes. */
const raised = <S>(share: Tensor<S>, gamma: number): Tensor<S> => {
  const isZero = equal(share, 0)
  return where(isZero, 0, pow(where(isZero, 1, share), gamma))
}

/**
 * Mean over the batch of -(1 - p)^gamma ln p, where p = softmax(logits)[label] (Lin et al. 2017, eq. 4, of more than two
 * classes). With a gamma of 0 it is the cross entropy; the larger gamma, the less a row counts that is right already.
 *
 * `logits` [B,K], `labels` [B] in 0 ... K - 1; a scalar in nats. Stable for logits of any size. The row of a label outside
 * of the classes contributes 0. A gamma that is negative or not finite is a fault.
 *
 * @example
 * const loss = focalLoss(constant([1, 3], [2, 0, 0]), constant([1], [0], 'i32'), { gamma: 2 }) // 0.010869
 */
export const focalLoss = <B, K>(
  logits: Tensor<[B, K]>,
  labels: Tensor<[NoInfer<B>], 'i32'>,
  { gamma = 2 }: { readonly gamma?: number } = {},
): Tensor<[]> => {
  const rows = withSignature(
    'focalLoss',
    { logits: [logits, 'batch classes'], labels: [labels, 'batch', 'i32'] },
    logits,
  )
  const logProbability = takeElement(logSoftmax(rows, -1), labels)
  const missed = neg(expm1(logProbability))
  return withSettings(
    'focalLoss',
    { gamma: [gamma, zeroOrMore] },
    mean(neg(mul(raised(missed, gamma), logProbability)), 0),
  )
}

/**
 * Mean over all elements of -(1 - p)^gamma ln p, where p is sigmoid(logit) for a target of 1, and 1 - sigmoid(logit) for a
 * target of 0 (Lin et al. 2017, eq. 4). With `alpha`, elements of target 1 are weighted by alpha, those of target 0 by
 * 1 - alpha (eq. 5): the paper's detector has an alpha of 0.25 and a gamma of 2, torchvision's defaults. A gamma of 0 without
 * alpha is the binary cross entropy.
 *
 * `logits` and `targets` are of one shape; a scalar in nats. Stable for logits of any size. A gamma that is negative or not
 * finite is a fault, and so is an alpha outside of [0, 1].
 *
 * @example
 * const loss = binaryFocalLoss(constant([2], [1, -2]), constant([2], [1, 1]), { gamma: 2, alpha: 0.25 }) // 0.209092
 */
export const binaryFocalLoss = <S>(
  logits: Tensor<S>,
  targets: Tensor<NoInfer<S>>,
  { gamma = 2, alpha }: { readonly gamma?: number; readonly alpha?: number } = {},
): Tensor<[]> => {
  const scores = withSignature(
    'binaryFocalLoss',
    { logits: [logits, '...shape'], targets: [targets, '...shape'] },
    logits,
  )
  const others = sub(1, targets)
  const missed = add(mul(targets, sigmoid(neg(scores))), mul(others, sigmoid(scores)))
  const focused = mul(raised(missed, gamma), binarySurprise(scores, targets))
  return withSettings(
    'binaryFocalLoss',
    { gamma: [gamma, zeroOrMore], ...(alpha !== undefined && { alpha: [alpha, fromZeroToOne] as const }) },
    mean(alpha === undefined ? focused : mul(add(mul(targets, alpha), mul(others, 1 - alpha)), focused)),
  )
}
