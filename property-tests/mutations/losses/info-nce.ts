/** InfoNCE, wrongly. */
import * as d from '../../../src/dsl/index.js'
import {
  infoNCELaws,
  infoNCEOfLowTemperatureLaws,
  infoNCEWithNegativesLaws,
} from '../../../src/laws/declarations/losses/info-nce.js'
import { infoNCE } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = infoNCELaws
const { of: queued } = infoNCEWithNegativesLaws
const temperature = 0.4

const cosines = <N, M, E>(a: d.Tensor<[N, E]>, b: d.Tensor<[M, E]>): d.Tensor<[N, M]> =>
  d.einsum('n e, m e -> n m', d.l2Normalize(a), d.l2Normalize(b))

/** Mean over the rows of -ln softmax at the diagonal. */
const matched = <B>(logits: d.Tensor<[B, B]>): d.Tensor<[]> =>
  d.neg(d.mean(d.diagonal(d.logSoftmax(logits, 1)), 0))

export const infoNCEFaults = [
  planted(
    'softmax over the queries',
    'formula',
    of((queries, keys) => matched(d.div(cosines(keys, queries), temperature))),
  ),
  planted(
    'multiplied by the temperature',
    'known value',
    of((queries, keys) => matched(d.mul(cosines(queries, keys), temperature))),
  ),
  planted(
    'the temperature forgotten',
    'known value',
    of((queries, keys) => matched(cosines(queries, keys))),
  ),
  planted(
    'queries not normalised',
    'positive scaling',
    of((queries, keys) =>
      matched(d.div(d.einsum('n e, m e -> n m', queries, d.l2Normalize(keys)), temperature)),
    ),
  ),
  planted(
    'keys not normalised',
    'positive scaling',
    of((queries, keys) =>
      matched(d.div(d.einsum('n e, m e -> n m', d.l2Normalize(queries), keys), temperature)),
    ),
  ),
  planted(
    'the positive is not among those it is compared with',
    'not negative',
    of((queries, keys) => {
      const logits = d.div(cosines(queries, keys), temperature)
      const others = d.where(d.cast(d.eye(d.axis(queries, 0)), 'bool'), -1e4, logits)
      return d.mean(d.sub(d.logSumExp(others, 1), d.diagonal(logits)), 0)
    }),
  ),
  planted(
    'queries against each other',
    'formula',
    of((queries, keys) => {
      const own = d.div(d.diagonal(cosines(queries, keys)), temperature)
      const logits = d.div(cosines(queries, queries), temperature)
      const all = d.where(d.cast(d.eye(d.axis(queries, 0)), 'bool'), d.expandDims(own, 1), logits)
      return d.mean(d.sub(d.logSumExp(all, 1), own), 0)
    }),
  ),
  planted(
    'sum over the batch instead of mean',
    'known value',
    of((queries, keys) => d.mul(infoNCE(queries, keys, { temperature }), d.count(queries, 0))),
  ),
  planted(
    'keys without a gradient',
    'gradient',
    of((queries, keys) => infoNCE(queries, d.stopGradient(keys), { temperature })),
  ),
  planted(
    'only the positives are drawn together',
    'known value',
    of((queries, keys) => d.sub(1, d.mean(d.diagonal(cosines(queries, keys)), 0))),
  ),
  planted(
    'each query with the next key',
    'zero at the optimum',
    infoNCEOfLowTemperatureLaws.of((queries, keys) =>
      infoNCE(queries, d.roll(keys, 0, 1), { temperature: 0.01 }),
    ),
  ),
  planted(
    'logarithm of softmax: underflows in float32',
    'float32',
    infoNCEOfLowTemperatureLaws.of((queries, keys) => {
      const probabilities = d.softmax(d.div(cosines(queries, keys), 0.01), 1)
      return d.neg(d.mean(d.log(d.diagonal(probabilities)), 0))
    }),
  ),
  planted(
    'the negatives forgotten',
    'known value',
    queued((queries, keys) => infoNCE(queries, keys, { temperature })),
  ),
  planted(
    'the other keys are negatives, too',
    'mean of singletons',
    queued((queries, keys, negatives) =>
      d.add(infoNCE(queries, keys, { temperature, negatives }), infoNCE(queries, keys, { temperature })),
    ),
  ),
  planted(
    'the mean of the negatives in place of all',
    'known value',
    queued((queries, keys, negatives) =>
      infoNCE(queries, keys, { temperature, negatives: d.mean(negatives, 0, { keepDims: true }) }),
    ),
  ),
  planted(
    'negatives without a gradient',
    'gradient',
    queued((queries, keys, negatives) =>
      infoNCE(queries, keys, { temperature, negatives: d.stopGradient(negatives) }),
    ),
  ),
  planted(
    'negatives not normalised',
    'positive scaling',
    queued((queries, keys, negatives) => {
      const own = d.div(d.sum(d.mul(d.l2Normalize(queries), d.l2Normalize(keys)), 1), temperature)
      const others = d.div(d.einsum('b e, m e -> b m', d.l2Normalize(queries), negatives), temperature)
      return d.mean(d.softplus(d.sub(d.logSumExp(others, 1), own)), 0)
    }),
  ),
]
