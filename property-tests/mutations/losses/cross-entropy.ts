/** Cross entropy, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { crossEntropy } from '../../../src/losses/index.js'
import {
  crossEntropyLaws,
  smoothedCrossEntropyLaws,
} from '../../../src/laws/declarations/losses/cross-entropy.js'
import { planted } from '../planted-fault.js'

const { of } = crossEntropyLaws

export const crossEntropyFaults = [
  planted(
    'the sign is lost',
    'not negative',
    of((logits, labels) => d.mean(d.takeElement(d.logSoftmax(logits, -1), labels), 0)),
  ),
  planted(
    'sum over the batch instead of mean',
    'mean of singletons',
    of((logits, labels) => d.neg(d.sum(d.takeElement(d.logSoftmax(logits, -1), labels), 0))),
  ),
  planted(
    'softmax over the batch axis',
    'shift',
    of((logits, labels) => d.mean(d.neg(d.takeElement(d.logSoftmax(logits, 0), labels)), 0)),
  ),
  planted(
    'logarithm of softmax: underflows',
    'finite',
    of((logits, labels) => d.mean(d.neg(d.takeElement(d.log(d.softmax(logits, -1)), labels)), 0)),
  ),
  planted(
    'softmax without subtracting the largest logit',
    'finite',
    of((logits, labels) => {
      const exponentials = d.exp(logits)
      const probabilities = d.div(exponentials, d.sum(exponentials, 1, { keepDims: true }))
      return d.mean(d.neg(d.log(d.takeElement(probabilities, labels))), 0)
    }),
  ),
  planted(
    'logits divided by a temperature',
    'formula',
    of((logits, labels) => crossEntropy(d.div(logits, 2), labels)),
  ),
  planted(
    'logits not normalised',
    'shift',
    of((logits, labels) => d.mean(d.neg(d.takeElement(logits, labels)), 0)),
  ),
  planted(
    'epsilon inside the logarithm',
    'known value',
    of((logits, labels) =>
      d.mean(d.neg(d.log(d.add(d.takeElement(d.softmax(logits, -1), labels), 1e-3))), 0),
    ),
  ),
  planted(
    'labels off by one',
    'zero at the optimum',
    of((logits, labels) => crossEntropy(logits, d.add(labels, 1))),
  ),
  planted(
    'label smoothing left on',
    'zero at the optimum',
    of((logits, labels) => {
      const logProbabilities = d.logSoftmax(logits, -1)
      const smooth = d.mean(d.mean(logProbabilities, 1), 0)
      return d.add(d.mul(crossEntropy(logits, labels), 0.9), d.mul(smooth, -0.1))
    }),
  ),
  planted(
    'rows weighted by their label',
    'relabelling',
    of((logits, labels) =>
      d.mean(
        d.mul(d.neg(d.takeElement(d.logSoftmax(logits, -1), labels)), d.add(d.cast(labels, 'f32'), 1)),
        0,
      ),
    ),
  ),
  planted(
    'rows weighted by their place in the batch',
    'order of the batch',
    of((logits, labels) =>
      d.mean(
        d.mul(
          d.neg(d.takeElement(d.logSoftmax(logits, -1), labels)),
          d.cast(d.iota([d.axis(logits, 0)], 0), 'f32'),
        ),
        0,
      ),
    ),
  ),
  planted(
    'logarithm of base 2',
    'known value',
    of((logits, labels) => d.div(crossEntropy(logits, labels), Math.LN2)),
  ),
  planted(
    'squared',
    'mean of singletons',
    of((logits, labels) => d.square(crossEntropy(logits, labels))),
  ),
  planted(
    'gradient stopped at the logits',
    'gradient',
    of((logits, labels) => crossEntropy(d.stopGradient(logits), labels)),
  ),
  planted(
    'gradient stopped at the normaliser',
    'gradient',
    of((logits, labels) =>
      d.mean(
        d.neg(
          d.takeElement(d.sub(logits, d.stopGradient(d.logSumExp(logits, 1, { keepDims: true }))), labels),
        ),
        0,
      ),
    ),
  ),
  planted(
    'logits clipped at ±50',
    'shift',
    of((logits, labels) => crossEntropy(d.minimum(d.maximum(logits, -50), 50), labels)),
  ),
  planted(
    'masked classes given a logit of -10',
    'mask is subset',
    of((logits, labels) => crossEntropy(d.maximum(logits, -10), labels)),
  ),
]

const { of: smoothed } = smoothedCrossEntropyLaws
const rate = 0.2

/** (1 - ε) times the surprise at the label plus ε times a mean surprise, by choices that may go wrong. */
const smoothedBy = (
  ofLabel: number,
  everywhere: (surprises: d.Tensor<['B', 'K']>, labels: d.Tensor<['B'], 'i32'>) => d.Tensor<['B']>,
) =>
  smoothed((logits, labels) => {
    const surprises = d.neg(d.logSoftmax(logits, -1))
    return d.mean(
      d.add(d.mul(d.takeElement(surprises, labels), ofLabel), d.mul(everywhere(surprises, labels), rate)),
      0,
    )
  })

export const smoothedCrossEntropyFaults = [
  planted(
    'the smoothing forgotten',
    'formula',
    smoothed((logits, labels) => crossEntropy(logits, labels)),
  ),
  planted(
    'the label keeps all of its weight',
    'known value',
    smoothedBy(1, (surprises) => d.mean(surprises, 1)),
  ),
  planted(
    'summed over the classes instead of averaged',
    'known value',
    smoothedBy(1 - rate, (surprises) => d.sum(surprises, 1)),
  ),
  planted(
    'spread over the other classes only',
    'formula',
    smoothedBy(1 - rate, (surprises, labels) =>
      d.div(
        d.sub(d.sum(surprises, 1), d.takeElement(surprises, labels)),
        d.maximum(d.sub(d.count(surprises, 1), 1), 1),
      ),
    ),
  ),
  planted(
    'probabilities smoothed in the place of the target',
    'formula',
    smoothed((logits, labels) => {
      const probabilities = d.add(
        d.mul(d.softmax(logits, -1), 1 - rate),
        d.div(d.full([d.axis(logits, 0), d.axis(logits, 1)], rate), d.count(logits, 1)),
      )
      return d.neg(d.mean(d.log(d.takeElement(probabilities, labels)), 0))
    }),
  ),
  planted(
    'logarithm of softmax: underflows',
    'finite',
    smoothed((logits, labels) => {
      const surprises = d.neg(d.log(d.softmax(logits, -1)))
      return d.mean(
        d.add(d.mul(d.takeElement(surprises, labels), 1 - rate), d.mul(d.mean(surprises, 1), rate)),
        0,
      )
    }),
  ),
  planted(
    'smoothed over the batch instead of the classes',
    'formula',
    smoothedBy(1 - rate, (surprises, labels) =>
      d.broadcastTo(d.mean(d.takeElement(surprises, labels), 0), [d.axis(surprises, 0)]),
    ),
  ),
]
