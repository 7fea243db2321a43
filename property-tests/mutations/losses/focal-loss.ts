/** The focal losses, wrongly. */
import * as d from '../../../src/dsl/index.js'
import {
  binaryFocalLossLaws,
  focalLossLaws,
  focalLossOfSmallGammaLaws,
  weightedBinaryFocalLossLaws,
} from '../../../src/laws/declarations/losses/focal-loss.js'
import { binaryFocalLoss, crossEntropy, focalLoss } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = focalLossLaws
const { of: binary } = binaryFocalLossLaws
const { of: weighted } = weightedBinaryFocalLossLaws

/** ln softmax(logits)[label] of each row. */
const logLikelihood = <B, K>(
  logits: d.Tensor<[B, K]>,
  labels: d.Tensor<[NoInfer<B>], 'i32'>,
): d.Tensor<[B]> => d.takeElement(d.logSoftmax(logits, -1), labels)

/** Mean over the batch of a factor times -ln p. */
const focused = (factor: (p: d.Tensor<['B']>) => d.Tensor<['B']>) =>
  of((logits, labels) => {
    const likelihood = logLikelihood(logits, labels)
    return d.neg(d.mean(d.mul(factor(d.exp(likelihood)), likelihood), 0))
  })

export const focalLossFaults = [
  planted(
    'the factor forgotten: the cross entropy',
    'known value',
    of((logits, labels) => crossEntropy(logits, labels)),
  ),
  planted(
    'a gamma of 1',
    'known value',
    of((logits, labels) => focalLoss(logits, labels, { gamma: 1 })),
  ),
  planted(
    'rows that are right count more',
    'known value',
    focused((p) => d.square(p)),
  ),
  planted(
    'the mean factor times the mean cross entropy',
    'mean of singletons',
    of((logits, labels) => {
      const missed = d.sub(1, d.exp(logLikelihood(logits, labels)))
      return d.mul(d.mean(d.square(missed), 0), crossEntropy(logits, labels))
    }),
  ),
  planted(
    'gradient stopped at the factor',
    'gradient',
    focused((p) => d.stopGradient(d.square(d.sub(1, p)))),
  ),
  planted(
    'logarithm of softmax: underflows',
    'finite',
    of((logits, labels) => {
      const p = d.takeElement(d.softmax(logits, -1), labels)
      return d.neg(d.mean(d.mul(d.square(d.sub(1, p)), d.log(p)), 0))
    }),
  ),
  planted(
    'softmax over the batch axis',
    'shift',
    of((logits, labels) => {
      const likelihood = d.takeElement(d.logSoftmax(logits, 0), labels)
      return d.neg(d.mean(d.mul(d.square(d.sub(1, d.exp(likelihood))), likelihood), 0))
    }),
  ),
  planted(
    'labels off by one',
    'zero at the optimum',
    of((logits, labels) => focalLoss(logits, d.add(labels, 1))),
  ),
  planted(
    'the sign is lost',
    'not negative',
    of((logits, labels) => d.neg(focalLoss(logits, labels))),
  ),
  planted(
    'sum over the batch instead of mean',
    'mean of singletons',
    of((logits, labels) => d.mul(focalLoss(logits, labels), d.count(logits, 0))),
  ),
  planted(
    'the power of a share that may be 0, without a guard',
    'finite gradients',
    focalLossOfSmallGammaLaws.of((logits, labels) => {
      const likelihood = logLikelihood(logits, labels)
      return d.neg(d.mean(d.mul(d.pow(d.neg(d.expm1(likelihood)), 0.5), likelihood), 0))
    }),
  ),
  planted(
    'a gamma of 2 where it is 1/2',
    'known value',
    focalLossOfSmallGammaLaws.of((logits, labels) => focalLoss(logits, labels)),
  ),
]

export const binaryFocalLossFaults = [
  planted(
    'targets exchanged',
    'zero at the optimum',
    binary((logits, targets) => binaryFocalLoss(logits, d.sub(1, targets))),
  ),
  planted(
    'elements of target 1 only',
    'unchanged',
    binary((logits, targets) =>
      d.mean(d.mul(targets, d.mul(d.square(d.sigmoid(d.neg(logits))), d.softplus(d.neg(logits))))),
    ),
  ),
  planted(
    'the factor forgotten',
    'formula',
    binary((logits, targets) => binaryFocalLoss(logits, targets, { gamma: 0 })),
  ),
  planted(
    'logarithm of sigmoid: underflows',
    'finite',
    binary((logits, targets) => {
      const p = d.sigmoid(logits)
      const [one, none] = [d.mul(targets, p), d.mul(d.sub(1, targets), d.sub(1, p))]
      const likelihood = d.add(one, none)
      return d.neg(d.mean(d.mul(d.square(d.sub(1, likelihood)), d.log(likelihood))))
    }),
  ),
  planted(
    'summed over the last axis',
    'mean of singletons',
    binary((logits, targets) => d.mul(binaryFocalLoss(logits, targets), d.count(logits, 1))),
  ),
  planted(
    'gradient stopped at the factor',
    'gradient',
    binary((logits, targets) => {
      const others = d.sub(1, targets)
      const missed = d.add(d.mul(targets, d.sigmoid(d.neg(logits))), d.mul(others, d.sigmoid(logits)))
      const surprise = d.add(d.mul(targets, d.softplus(d.neg(logits))), d.mul(others, d.softplus(logits)))
      return d.mean(d.mul(d.stopGradient(d.square(missed)), surprise))
    }),
  ),
  planted(
    'alpha for both targets',
    'formula',
    weighted((logits, targets) => d.mul(binaryFocalLoss(logits, targets), 0.3)),
  ),
  planted(
    'alpha for the targets of 0',
    'known value',
    weighted((logits, targets) => binaryFocalLoss(logits, targets, { alpha: 0.7 })),
  ),
  planted(
    'alpha forgotten',
    'known value',
    weighted((logits, targets) => binaryFocalLoss(logits, targets)),
  ),
]
