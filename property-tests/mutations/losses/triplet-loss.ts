/** The triplet losses, wrongly. */
import * as d from '../../../src/dsl/index.js'
import {
  batchHardTripletLossLaws,
  softBatchHardTripletLossLaws,
  softTripletLossLaws,
  tripletLossLaws,
} from '../../../src/laws/declarations/losses/triplet-loss.js'
import { batchHardTripletLoss, tripletLoss } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = tripletLossLaws
const { of: soft } = softTripletLossLaws
const { of: mined } = batchHardTripletLossLaws
const { of: softlyMined } = softBatchHardTripletLossLaws
const margin = 0.75

const squared = <B, E>(a: d.Tensor<[B, E]>, b: d.Tensor<[B, E]>): d.Tensor<[B]> =>
  d.sum(d.square(d.sub(a, b)), 1)

export const tripletLossFaults = [
  planted(
    'positive and negative exchanged',
    'zero at the optimum',
    of((anchors, positives, negatives) => tripletLoss(anchors, negatives, positives, { margin })),
  ),
  planted(
    'squared distances',
    'formula',
    of((anchors, positives, negatives) =>
      d.mean(d.relu(d.add(d.sub(squared(anchors, positives), squared(anchors, negatives)), margin)), 0),
    ),
  ),
  planted(
    'the margin subtracted',
    'known value',
    of((anchors, positives, negatives) =>
      d.mean(
        d.relu(
          d.sub(d.sub(d.norm(d.sub(anchors, positives), 1), d.norm(d.sub(anchors, negatives), 1)), margin),
        ),
        0,
      ),
    ),
  ),
  planted(
    'the hinge forgotten',
    'not negative',
    of((anchors, positives, negatives) =>
      d.mean(
        d.add(d.sub(d.norm(d.sub(anchors, positives), 1), d.norm(d.sub(anchors, negatives), 1)), margin),
        0,
      ),
    ),
  ),
  planted(
    'the root of 0, without a guard',
    'finite gradients',
    of((anchors, positives, negatives) => {
      const excess = d.sub(d.sqrt(squared(anchors, positives)), d.sqrt(squared(anchors, negatives)))
      return d.mean(d.relu(d.add(excess, margin)), 0)
    }),
  ),
  planted(
    'the negative compared with the positive',
    'formula',
    of((anchors, positives, negatives) =>
      d.mean(
        d.relu(
          d.add(d.sub(d.norm(d.sub(anchors, positives), 1), d.norm(d.sub(positives, negatives), 1)), margin),
        ),
        0,
      ),
    ),
  ),
  planted(
    'the hinge of the mean',
    'mean of singletons',
    of((anchors, positives, negatives) =>
      d.relu(
        d.add(
          d.mean(d.sub(d.norm(d.sub(anchors, positives), 1), d.norm(d.sub(anchors, negatives), 1)), 0),
          margin,
        ),
      ),
    ),
  ),
  planted(
    'anchors normalised',
    'unchanged',
    of((anchors, positives, negatives) =>
      tripletLoss(d.l2Normalize(anchors, { epsilon: 1e-6 }), positives, negatives, { margin }),
    ),
  ),
  planted(
    'negatives without a gradient',
    'gradient',
    of((anchors, positives, negatives) =>
      tripletLoss(anchors, positives, d.stopGradient(negatives), { margin }),
    ),
  ),
  planted(
    'the distance to the positive cut off',
    'convex',
    of((anchors, positives, negatives) =>
      d.mean(
        d.relu(
          d.add(
            d.sub(d.minimum(d.norm(d.sub(anchors, positives), 1), 2), d.norm(d.sub(anchors, negatives), 1)),
            margin,
          ),
        ),
        0,
      ),
    ),
  ),
  planted(
    'a hinge where it is soft',
    'known value',
    soft((anchors, positives, negatives) => tripletLoss(anchors, positives, negatives, { margin: 0 })),
  ),
  planted(
    'the exponential of the excess: overflows',
    'finite',
    soft((anchors, positives, negatives) =>
      d.mean(
        d.log1p(d.exp(d.sub(d.norm(d.sub(anchors, positives), 1), d.norm(d.sub(anchors, negatives), 1)))),
        0,
      ),
    ),
  ),
]

/** Batch-hard mining from all distances, with every choice that may go wrong. */
const mine = <B, E>(
  embeddings: d.Tensor<[B, E]>,
  labels: d.Tensor<[B], 'i32'>,
  choices: {
    readonly nearestPositive?: boolean
    readonly farthestNegative?: boolean
    readonly loneRows?: boolean
    readonly overAnchors?: boolean
    readonly anyPair?: boolean
    readonly squaredDistances?: boolean
    readonly fixedOthers?: boolean
  },
): d.Tensor<[]> => {
  const batch = d.axis(embeddings, 0)
  const others = choices.fixedOthers === true ? d.stopGradient(embeddings) : embeddings
  const differences = d.sub(d.expandDims(embeddings, 1), d.expandDims(others, 0))
  const distances =
    choices.squaredDistances === true ? d.sum(d.square(differences), 2) : d.norm(differences, 2)
  const alike = d.equal(d.expandDims(labels, 1), d.expandDims(labels, 0))
  const self = d.cast(d.eye(batch), 'bool')
  const positive = d.and(alike, d.not(self))
  const negative = choices.anyPair === true ? d.not(self) : d.not(alike)
  const ofPositive =
    choices.nearestPositive === true
      ? d.min(d.where(positive, distances, 1e4), 1)
      : d.max(d.where(positive, distances, choices.loneRows === true ? 0 : -1e4), 1)
  const ofNegative =
    choices.farthestNegative === true
      ? d.max(d.where(negative, distances, -1e4), 1)
      : d.min(d.where(negative, distances, 1e4), 1)
  const anchors = d.and(d.any(positive, 1), d.any(negative, 1))
  const hinges = d.relu(d.add(d.sub(ofPositive, ofNegative), margin))
  const counted = choices.loneRows === true ? hinges : d.where(anchors, hinges, 0)
  return choices.overAnchors === true
    ? d.div(d.sum(counted, 0), d.maximum(d.sum(d.cast(anchors, 'f32'), 0), 1))
    : d.mean(counted, 0)
}

export const batchHardTripletLossFaults = [
  planted(
    'the nearest positive',
    'formula',
    mined((embeddings, labels) => mine(embeddings, labels, { nearestPositive: true })),
  ),
  planted(
    'the farthest negative',
    'formula',
    mined((embeddings, labels) => mine(embeddings, labels, { farthestNegative: true })),
  ),
  planted(
    'rows without a positive are their own',
    'zero at the optimum',
    mined((embeddings, labels) => mine(embeddings, labels, { loneRows: true })),
  ),
  planted(
    'divided by the rows that are anchors',
    'known value',
    mined((embeddings, labels) => mine(embeddings, labels, { overAnchors: true })),
  ),
  planted(
    'rows of the own class taken for negatives',
    'zero at the optimum',
    mined((embeddings, labels) => mine(embeddings, labels, { anyPair: true })),
  ),
  planted(
    'squared distances',
    'formula',
    mined((embeddings, labels) => mine(embeddings, labels, { squaredDistances: true })),
  ),
  planted(
    'neighbouring labels taken for equal',
    'relabelling',
    mined((embeddings, labels) => batchHardTripletLoss(embeddings, d.div(labels, 2), { margin })),
  ),
  planted(
    'embeddings normalised',
    'unchanged',
    mined((embeddings, labels) =>
      batchHardTripletLoss(d.l2Normalize(embeddings, { epsilon: 1e-9 }), labels, { margin }),
    ),
  ),
  planted(
    'a margin of 1',
    'known value',
    mined((embeddings, labels) => batchHardTripletLoss(embeddings, labels)),
  ),
  planted(
    'mined rows without a gradient',
    'gradient',
    mined((embeddings, labels) => {
      const value = batchHardTripletLoss(embeddings, labels, { margin })
      const fixed = mine(embeddings, labels, { fixedOthers: true })
      return d.add(fixed, d.stopGradient(d.sub(value, fixed)))
    }),
  ),
  planted(
    'a hinge where it is soft',
    'known value',
    softlyMined((embeddings, labels) => batchHardTripletLoss(embeddings, labels, { margin })),
  ),
]
