/** Entropies and mutual information, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { entropy, entropyOfRows } from '../../../src/losses/index.js'
import {
  entropyLaws,
  entropyOfRowsLaws,
  mutualInformationLaws,
} from '../../../src/laws/declarations/losses/entropy.js'
import { planted } from '../planted-fault.js'

/** Σ p ln p of rows, where classes of probability 0 count 0. */
const plogp = <B, K>(logits: d.Tensor<[B, K]>): d.Tensor<[B, K]> => {
  const logP = d.logSoftmax(logits, -1)
  return d.mul(d.exp(logP), d.where(d.equal(logP, -Infinity), 0, logP))
}

const marginalEntropy = <B, K>(logits: d.Tensor<[B, K]>): d.Tensor<[]> => {
  const marginal = d.mean(d.softmax(logits, -1), 0)
  return d.neg(d.sum(d.mul(marginal, d.log(d.where(d.equal(marginal, 0), 1, marginal))), 0))
}

export const entropyFaults = [
  planted(
    'the sign is lost',
    'not negative',
    entropyLaws.of((logits) => d.neg(entropy(logits))),
  ),
  planted(
    'sum over the batch instead of mean',
    'mean of singletons',
    entropyLaws.of((logits) => d.neg(d.sum(plogp(logits)))),
  ),
  planted(
    'softmax over the batch axis',
    'shift',
    entropyLaws.of((logits) => {
      const p = d.softmax(logits, 0)
      return d.neg(d.mean(d.sum(d.mul(p, d.log(d.add(p, 1e-30))), -1), 0))
    }),
  ),
  planted(
    '0 ln 0 not taken care of',
    'finite',
    entropyLaws.of((logits) => {
      const logP = d.logSoftmax(logits, -1)
      return d.neg(d.mean(d.sum(d.mul(d.exp(logP), logP), -1), 0))
    }),
  ),
  planted(
    'epsilon inside the logarithm',
    'zero at the optimum',
    entropyLaws.of((logits) => {
      const p = d.softmax(logits, -1)
      return d.neg(d.mean(d.sum(d.mul(p, d.log(d.add(p, 1e-3))), -1), 0))
    }),
  ),
  planted(
    'mean over the classes instead of sum',
    'known value',
    entropyLaws.of((logits) => d.neg(d.mean(plogp(logits)))),
  ),
  planted(
    'entropy of the mean prediction',
    'mean of singletons',
    entropyLaws.of((logits) => marginalEntropy(logits)),
  ),
  planted(
    'divided by ln K + 1',
    'known value',
    entropyLaws.of((logits) => d.div(entropy(logits), d.add(d.log(d.count(logits, 1)), 1))),
  ),
  planted(
    'gradient stopped at the probabilities',
    'gradient',
    entropyLaws.of((logits) => {
      const logP = d.logSoftmax(logits, -1)
      const finite = d.where(d.equal(logP, -Infinity), 0, logP)
      return d.neg(d.mean(d.sum(d.mul(d.stopGradient(d.exp(logP)), finite), -1), 0))
    }),
  ),
  planted(
    'its exponential, the perplexity',
    'zero at the optimum',
    entropyLaws.of((logits) => d.exp(entropy(logits))),
  ),
  planted(
    'masked classes given a logit of -10',
    'mask is subset',
    entropyLaws.of((logits) => entropy(d.maximum(logits, -10))),
  ),
  planted(
    'classes weighted by their number',
    'relabelling',
    entropyLaws.of((logits) =>
      d.neg(d.mean(d.sum(d.mul(plogp(logits), d.cast(d.iota([d.axis(logits, 1)], 0), 'f32')), -1), 0)),
    ),
  ),

  planted(
    'rows: entropy minus its mean over the batch',
    'rows independent',
    entropyOfRowsLaws.of((logits) => {
      const rows = entropyOfRows(logits)
      return d.sub(rows, d.mean(rows, 0))
    }),
  ),
  planted(
    'rows: summed over the batch axis of the logits',
    'rows independent',
    entropyOfRowsLaws.of((logits) => d.neg(d.sum(plogp(logits), 0))),
  ),

  planted(
    'the sign is lost',
    'not negative',
    mutualInformationLaws.of((logits) => d.sub(entropy(logits), marginalEntropy(logits))),
  ),
  planted(
    'entropies added instead of subtracted',
    'zero at the optimum',
    mutualInformationLaws.of((logits) => d.add(entropy(logits), marginalEntropy(logits))),
  ),
  planted(
    'mean over the classes instead of the batch',
    'zero at the optimum',
    mutualInformationLaws.of((logits) => {
      const marginal = d.mean(d.softmax(logits, -1), 1)
      return d.sub(d.neg(d.sum(d.mul(marginal, d.log(marginal)), 0)), entropy(logits))
    }),
  ),
  planted(
    'mean of the logits instead of the predictions',
    'formula',
    mutualInformationLaws.of((logits) =>
      d.sub(entropy(d.mean(logits, 0, { keepDims: true })), entropy(logits)),
    ),
  ),
  planted(
    'the mean entropy forgotten',
    'zero at the optimum',
    mutualInformationLaws.of((logits) => marginalEntropy(logits)),
  ),
  planted(
    '0 ln 0 not taken care of',
    'finite',
    mutualInformationLaws.of((logits) => {
      const marginal = d.mean(d.softmax(logits, -1), 0)
      return d.sub(d.neg(d.sum(d.mul(marginal, d.log(marginal)), 0)), entropy(logits))
    }),
  ),
]
