/** Binary cross entropy, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { binaryCrossEntropyLaws } from '../../../src/laws/declarations/losses/binary-cross-entropy.js'
import { binaryCrossEntropy } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = binaryCrossEntropyLaws

export const binaryCrossEntropyFaults = [
  planted(
    'targets of 1 only',
    'unchanged',
    of((logits, targets) => d.mean(d.mul(targets, d.softplus(d.neg(logits))))),
  ),
  planted(
    'logarithm of sigmoid: underflows',
    'finite',
    of((logits, targets) => {
      const p = d.sigmoid(logits)
      const ofZero = d.mul(d.sub(1, targets), d.log(d.sub(1, p)))
      return d.neg(d.mean(d.add(d.mul(targets, d.log(p)), ofZero)))
    }),
  ),
  planted(
    'logits taken for probabilities',
    'known value',
    of((logits, targets) => binaryCrossEntropy(d.sigmoid(logits), targets)),
  ),
  planted(
    'probabilities cut off at 1e-3',
    'zero at the optimum',
    of((logits, targets) => {
      const p = d.clip(d.sigmoid(logits), { min: 1e-3, max: 1 - 1e-3 })
      const ofZero = d.mul(d.sub(1, targets), d.log(d.sub(1, p)))
      return d.neg(d.mean(d.add(d.mul(targets, d.log(p)), ofZero)))
    }),
  ),
  planted(
    'targets rounded',
    'affine',
    of((logits, targets) => binaryCrossEntropy(logits, d.round(targets))),
  ),
  planted(
    'targets exchanged',
    'zero at the optimum',
    of((logits, targets) => binaryCrossEntropy(logits, d.sub(1, targets))),
  ),
  planted(
    'summed over the last axis',
    'mean of singletons',
    of((logits, targets) => d.mul(binaryCrossEntropy(logits, targets), d.count(logits, 1))),
  ),
  planted(
    'squared error of the probabilities',
    'known value',
    of((logits, targets) => d.mean(d.square(d.sub(d.sigmoid(logits), targets)))),
  ),
  planted(
    'softmax over the last axis instead of a sigmoid',
    'formula',
    of((logits, targets) => d.neg(d.mean(d.mul(targets, d.logSoftmax(logits, -1))))),
  ),
  planted(
    'targets without a gradient',
    'gradient',
    of((logits, targets) => binaryCrossEntropy(logits, d.stopGradient(targets))),
  ),
]
