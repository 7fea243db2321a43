/** Triplet losses: an anchor is to lie nearer to a positive than to a negative, by a margin. */
import {
  and,
  any,
  argMax,
  argMin,
  axis,
  equal,
  expandDims,
  eye,
  cast,
  gather,
  mean,
  norm,
  not,
  relu,
  add,
  softplus,
  sub,
  where,
  withSignature,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { withSettings, zeroOrMore } from './setting.js'
import { squaredDistances } from './squared-distances.js'

/** By how much a negative has to be farther away: a distance; or 'soft', as far as possible, with ln(1 + eˣ) for the hinge. */
export interface TripletOptions {
  /** 1 where it is not given. */
  readonly margin?: number | 'soft'
}

/** Of each triplet, max(0, margin + |a - p| - |a - n|); with Euclidean distances, of gradient 0 where they are 0. */
const perTriplet = <B, E>(
  anchors: Tensor<[B, E]>,
  positives: Tensor<[B, E]>,
  negatives: Tensor<[B, E]>,
  margin: number | 'soft',
): Tensor<[B]> => {
  const excess = sub(norm(sub(anchors, positives), 1), norm(sub(anchors, negatives), 1))
  return margin === 'soft' ? softplus(excess) : relu(add(excess, margin))
}

/** What a margin must be, unless it is soft. */
const settings = (margin: number | 'soft') =>
  margin === 'soft' ? {} : { margin: [margin, zeroOrMore] as const }

/**
 * Mean over the batch of max(0, margin + |a - p| - |a - n|), with Euclidean distances (Schroff et al. 2015, with squared ones;
 * PyTorch's `triplet_margin_loss` without its epsilon of 1e-6). With a margin of 'soft' it is ln(1 + e^(|a - p| - |a - n|))
 * (Hermans et al. 2017, sec. 2), which goes on to draw positives nearer.
 *
 * `anchors`, `positives` and `negatives` [B,E]. Where two rows are equal, their distance has a gradient of 0. A margin that is
 * negative or not finite is a fault.
 *
 * @example
 * const [anchor, positive, negative] = [constant([1, 2], [0, 0]), constant([1, 2], [3, 4]), constant([1, 2], [0, 2])]
 * const loss = tripletLoss(anchor, positive, negative, { margin: 1 }) // 4
 */
export const tripletLoss = <B, E>(
  anchors: Tensor<[B, E]>,
  positives: Tensor<[NoInfer<B>, NoInfer<E>]>,
  negatives: Tensor<[NoInfer<B>, NoInfer<E>]>,
  { margin = 1 }: TripletOptions = {},
): Tensor<[]> => {
  const rows = withSignature(
    'tripletLoss',
    {
      anchors: [anchors, 'batch width'],
      positives: [positives, 'batch width'],
      negatives: [negatives, 'batch width'],
    },
    anchors,
  )
  return withSettings(
    'tripletLoss',
    settings(margin),
    mean(perTriplet(rows, positives, negatives, margin), 0),
  )
}

/**
 * The triplet loss with batch-hard mining (Hermans et al. 2017, eq. 5): every row is an anchor; its positive is the farthest
 * other row of its class, its negative the nearest row of another class. The mean over the batch of max(0, margin + |a - p| -
 * |a - n|), with Euclidean distances; with a margin of 'soft', of ln(1 + e^(|a - p| - |a - n|)).
 *
 * `embeddings` [B,E], `labels` [B]. A row without a positive or without a negative contributes 0. Of rows that are equally
 * far, one is taken. A margin that is negative or not finite is a fault.
 *
 * @example
 * const embeddings = constant([4, 1], [0, 3, 1, 5])
 * const loss = batchHardTripletLoss(embeddings, constant([4], [0, 0, 1, 1], 'i32'), { margin: 1 }) // 3
 */
export const batchHardTripletLoss = <B, E>(
  embeddings: Tensor<[B, E]>,
  labels: Tensor<[NoInfer<B>], 'i32'>,
  { margin = 1 }: TripletOptions = {},
): Tensor<[]> => {
  const classes = withSignature(
    'batchHardTripletLoss',
    { embeddings: [embeddings, 'batch width'], labels: [labels, 'batch', 'i32'] },
    labels,
  )
  const alike = equal(expandDims(classes, 1), expandDims(classes, 0))
  const isSelf = cast(eye(axis(embeddings, 0)), 'bool')
  const [isPositive, isNegative] = [and(alike, not(isSelf)), not(alike)]
  const squared = squaredDistances(embeddings, embeddings)
  // Mining only chooses rows: distances are computed again, without the cancellation of the product above.
  const farthest = gather(embeddings, argMax(where(isPositive, squared, -Infinity), 1), 0)
  const nearest = gather(embeddings, argMin(where(isNegative, squared, Infinity), 1), 0)
  const isAnchor = and(any(isPositive, 1), any(isNegative, 1))
  return withSettings(
    'batchHardTripletLoss',
    settings(margin),
    mean(where(isAnchor, perTriplet(embeddings, farthest, nearest, margin), 0), 0),
  )
}
