/** Hinge losses, of support vector machines: 0 for scores that are right by a margin. */
import {
  and,
  expandDims,
  mean,
  mul,
  not,
  oneHot,
  relu,
  square,
  sub,
  axis,
  add,
  cast,
  takeElement,
  where,
  withSignature,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { isKnownLabel } from './known-label.js'
import { oneOrTwo, withSettings, zeroOrMore } from './setting.js'

/**
 * Mean over all elements of max(0, margin - target · score) (Cortes & Vapnik 1995, sec. 3): for two classes, with targets of -1 and 1.
 * The gradient at the margin itself is 0.
 *
 * `scores` and `targets` are of one shape. A margin that is negative or not finite is a fault.
 *
 * @example
 * const loss = hingeLoss(constant([2], [0.5, 2]), constant([2], [-1, 1])) // 0.75
 */
export const hingeLoss = <S>(
  scores: Tensor<S>,
  targets: Tensor<NoInfer<S>>,
  { margin = 1 }: { readonly margin?: number } = {},
): Tensor<[]> => {
  const outputs = withSignature(
    'hingeLoss',
    { scores: [scores, '...shape'], targets: [targets, '...shape'] },
    scores,
  )
  return withSettings(
    'hingeLoss',
    { margin: [margin, zeroOrMore] },
    mean(relu(sub(margin, mul(targets, outputs)))),
  )
}

/**
 * Mean over the batch of Σ max(0, margin - score of the label + score of the class)^power / K, summed over the K classes
 * other than the label (Weston & Watkins 1999; the sum is divided by K, as PyTorch's `multi_margin_loss` does it).
 *
 * `scores` [B,K], `labels` [B] in 0 ... K - 1. The row of a label outside of the classes contributes 0. A margin that is
 * negative or not finite is a fault; the power is 1 or 2.
 *
 * @example
 * const loss = multiMarginLoss(constant([1, 3], [2, 1.5, 0]), constant([1], [0], 'i32')) // 0.166667
 */
export const multiMarginLoss = <B, K>(
  scores: Tensor<[B, K]>,
  labels: Tensor<[NoInfer<B>], 'i32'>,
  { margin = 1, power = 1 }: { readonly margin?: number; readonly power?: 1 | 2 } = {},
): Tensor<[]> => {
  const rows = withSignature(
    'multiMarginLoss',
    { scores: [scores, 'batch classes'], labels: [labels, 'batch', 'i32'] },
    scores,
  )
  const shortfall = relu(add(sub(rows, expandDims(takeElement(rows, labels), 1)), margin))
  const isLabel = cast(oneHot(labels, axis(rows, 1)), 'bool')
  const isCompared = and(expandDims(isKnownLabel(labels, rows), 1), not(isLabel))
  return withSettings(
    'multiMarginLoss',
    { margin: [margin, zeroOrMore], power: [power, oneOrTwo] },
    mean(where(isCompared, power === 2 ? square(shortfall) : shortfall, 0)),
  )
}
