/** Weighted cross entropy, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { crossEntropy } from '../../../src/losses/index.js'
import { weightedCrossEntropyLaws } from '../../../src/laws/declarations/losses/weighted-cross-entropy.js'
import { planted } from '../planted-fault.js'

const { of } = weightedCrossEntropyLaws

const surprises = <B, K>(logits: d.Tensor<[B, K]>, labels: d.Tensor<[NoInfer<B>], 'i32'>): d.Tensor<[B]> =>
  d.neg(d.takeElement(d.logSoftmax(logits, -1), labels))

export const weightedCrossEntropyFaults = [
  planted(
    'the weights forgotten',
    'zero at the optimum',
    of((logits, labels) => crossEntropy(logits, labels)),
  ),
  planted(
    'divided by the sum of the weights instead of the batch',
    'affine',
    of((logits, labels, weights) =>
      d.div(d.sum(d.mul(weights, surprises(logits, labels)), 0), d.add(d.sum(weights, 0), 1e-8)),
    ),
  ),
  planted(
    'weights squared',
    'affine',
    of((logits, labels, weights) => d.mean(d.mul(d.square(weights), surprises(logits, labels)), 0)),
  ),
  planted(
    'the mean weight times the mean loss',
    'mean of singletons',
    of((logits, labels, weights) => d.mul(d.mean(weights, 0), crossEntropy(logits, labels))),
  ),
  planted(
    'gradient stopped at the weights',
    'gradient',
    of((logits, labels, weights) => d.mean(d.mul(d.stopGradient(weights), surprises(logits, labels)), 0)),
  ),
  planted(
    'logits scaled by the mean weight',
    'affine',
    of((logits, labels, weights) =>
      d.neg(d.mean(d.takeElement(d.logSoftmax(d.mul(logits, d.mean(weights, 0)), -1), labels), 0)),
    ),
  ),
]
