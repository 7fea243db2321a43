/** The hinge losses, wrongly. */
import * as d from '../../../src/dsl/index.js'
import {
  hingeLossLaws,
  multiMarginLossLaws,
  squaredMultiMarginLossLaws,
} from '../../../src/laws/declarations/losses/hinge-loss.js'
import { hingeLoss, multiMarginLoss } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = hingeLossLaws
const { of: multi } = multiMarginLossLaws
const { of: squared } = squaredMultiMarginLossLaws
const margin = 0.75

export const hingeLossFaults = [
  planted(
    'the margin added to the product',
    'zero at the optimum',
    of((scores, targets) => d.mean(d.relu(d.add(d.mul(targets, scores), margin)))),
  ),
  planted(
    'the hinge forgotten',
    'not negative',
    of((scores, targets) => d.mean(d.sub(margin, d.mul(targets, scores)))),
  ),
  planted(
    'a margin of 1',
    'known value',
    of((scores, targets) => hingeLoss(scores, targets)),
  ),
  planted(
    'squared',
    'known value',
    of((scores, targets) => d.mean(d.square(d.relu(d.sub(margin, d.mul(targets, scores)))))),
  ),
  planted(
    'the perceptron: no margin',
    'known value',
    of((scores, targets) => hingeLoss(scores, targets, { margin: 0 })),
  ),
  planted(
    'targets of 0 and 1',
    'unchanged',
    of((scores, targets) => hingeLoss(scores, d.relu(targets), { margin })),
  ),
  planted(
    'the hinge of the mean',
    'mean of singletons',
    of((scores, targets) => d.relu(d.sub(margin, d.mean(d.mul(targets, scores))))),
  ),
  planted(
    'the absolute value for the hinge',
    'zero at the optimum',
    of((scores, targets) => d.mean(d.abs(d.sub(margin, d.mul(targets, scores))))),
  ),
  planted(
    'cut off above: no pull on scores that are far off',
    'convex',
    of((scores, targets) => d.mean(d.minimum(d.relu(d.sub(margin, d.mul(targets, scores))), 2))),
  ),
  planted(
    'gradient stopped at the scores',
    'gradient',
    of((scores, targets) => hingeLoss(d.stopGradient(scores), targets, { margin })),
  ),
]

/** The hinges of all classes against the label, margin + score - score of the label, and which of them are others. */
const parts = (scores: d.Tensor<['B', 'K']>, labels: d.Tensor<['B'], 'i32'>) => ({
  hinges: d.relu(d.add(d.sub(scores, d.expandDims(d.takeElement(scores, labels), 1)), margin)),
  others: d.sub(1, d.oneHot(labels, d.axis(scores, 1))),
})

export const multiMarginLossFaults = [
  planted(
    'the label against itself, too',
    'zero at the optimum',
    multi((scores, labels) => d.mean(parts(scores, labels).hinges)),
  ),
  planted(
    'summed instead of divided by K',
    'known value',
    multi((scores, labels) => {
      const { hinges, others } = parts(scores, labels)
      return d.mean(d.sum(d.mul(hinges, others), 1), 0)
    }),
  ),
  planted(
    'divided by the other classes, K - 1',
    'known value',
    multi((scores, labels) => {
      const { hinges, others } = parts(scores, labels)
      return d.mean(d.div(d.sum(d.mul(hinges, others), 1), d.maximum(d.sub(d.count(scores, 1), 1), 1)), 0)
    }),
  ),
  planted(
    'the largest hinge instead of all (Crammer and Singer)',
    'formula',
    multi((scores, labels) => {
      const { hinges, others } = parts(scores, labels)
      return d.div(d.mean(d.max(d.mul(hinges, others), 1), 0), d.count(scores, 1))
    }),
  ),
  planted(
    'the label below the others',
    'zero at the optimum',
    multi((scores, labels) => multiMarginLoss(d.neg(scores), labels, { margin })),
  ),
  planted(
    'a margin of 1',
    'known value',
    multi((scores, labels) => multiMarginLoss(scores, labels)),
  ),
  planted(
    'squared where it is not',
    'known value',
    multi((scores, labels) => multiMarginLoss(scores, labels, { margin, power: 2 })),
  ),
  planted(
    'scores of the labels without a gradient',
    'gradient',
    multi((scores, labels) => {
      const own = d.stopGradient(d.expandDims(d.takeElement(scores, labels), 1))
      const hinges = d.relu(d.add(d.sub(scores, own), margin))
      return d.mean(d.mul(hinges, d.sub(1, d.oneHot(labels, d.axis(scores, 1)))))
    }),
  ),
  planted(
    'scores as probabilities',
    'formula',
    multi((scores, labels) => multiMarginLoss(d.softmax(scores, -1), labels, { margin })),
  ),
  planted(
    'the hinge of scores alone',
    'shift',
    multi((scores, labels) =>
      d.mean(d.mul(d.relu(d.add(scores, margin)), d.sub(1, d.oneHot(labels, d.axis(scores, 1))))),
    ),
  ),
  planted(
    'the square forgotten',
    'known value',
    squared((scores, labels) => multiMarginLoss(scores, labels, { margin })),
  ),
  planted(
    'the square of the sum',
    'formula',
    squared((scores, labels) => {
      const { hinges, others } = parts(scores, labels)
      return d.mean(d.div(d.square(d.sum(d.mul(hinges, others), 1)), d.count(scores, 1)), 0)
    }),
  ),
  planted(
    'the square without curvature',
    'gradient of gradient',
    squared((scores, labels) => {
      const { hinges, others } = parts(scores, labels)
      const value = d.mean(d.mul(d.square(hinges), others))
      const slope = d.mul(d.mean(d.mul(d.mul(d.stopGradient(hinges), hinges), others)), 2)
      return d.add(slope, d.stopGradient(d.sub(value, slope)))
    }),
  ),
]
