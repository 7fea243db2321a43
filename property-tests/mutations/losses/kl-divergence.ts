/** The Kullback-Leibler divergence, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { klDivergence } from '../../../src/losses/index.js'
import {
  klDivergenceLaws,
  klFromFixedTeacherLaws,
} from '../../../src/laws/declarations/losses/kl-divergence.js'
import { planted } from '../planted-fault.js'

const { of } = klDivergenceLaws

/** p (ln p - ln q), with classes that p does not have counting 0. */
const terms = <B, K>(p: d.Tensor<[B, K]>, q: d.Tensor<[B, K]>): d.Tensor<[B, K]> => {
  const [logP, logQ] = [d.logSoftmax(p, -1), d.logSoftmax(q, -1)]
  const impossible = d.equal(logP, -Infinity)
  return d.mul(d.exp(logP), d.sub(d.where(impossible, 0, logP), d.where(impossible, 0, logQ)))
}

export const klDivergenceFaults = [
  planted(
    'arguments swapped',
    'known value',
    of((p, q) => klDivergence(q, p)),
  ),
  planted(
    'symmetrised (Jeffreys)',
    'formula',
    of((p, q) => d.mul(d.add(klDivergence(p, q), klDivergence(q, p)), 0.5)),
  ),
  planted(
    'cross entropy: ln p forgotten',
    'zero at the optimum',
    of((p, q) => d.neg(d.mean(d.sum(d.mul(d.softmax(p, -1), d.logSoftmax(q, -1)), -1), 0))),
  ),
  planted(
    'sum over the batch instead of mean',
    'mean of singletons',
    of((p, q) => d.sum(terms(p, q))),
  ),
  planted(
    'mean over classes, too',
    'known value',
    of((p, q) => d.mean(terms(p, q))),
  ),
  planted(
    'q not normalised',
    'shift',
    of((p, q) => {
      const logP = d.logSoftmax(p, -1)
      const impossible = d.equal(logP, -Infinity)
      const difference = d.where(impossible, 0, d.sub(d.where(impossible, 0, logP), q))
      return d.mean(d.sum(d.mul(d.exp(logP), difference), -1), 0)
    }),
  ),
  planted(
    '0 ln 0 not taken care of',
    'finite',
    of((p, q) => {
      const logP = d.logSoftmax(p, -1)
      return d.mean(d.sum(d.mul(d.exp(logP), d.sub(logP, d.logSoftmax(q, -1))), -1), 0)
    }),
  ),
  planted(
    'softmax over the batch axis',
    'shift',
    of((p, q) => {
      const [logP, logQ] = [d.logSoftmax(p, 0), d.logSoftmax(q, 0)]
      const finite = d.where(d.equal(logP, -Infinity), 0, d.sub(d.maximum(logP, -1e9), logQ))
      return d.mean(d.sum(d.mul(d.exp(logP), finite), -1), 0)
    }),
  ),
  planted(
    'logarithm of softmax: underflows',
    'finite',
    of((p, q) => {
      const probabilities = d.softmax(p, -1)
      const logRatio = d.sub(d.log(d.add(probabilities, 1e-30)), d.log(d.softmax(q, -1)))
      return d.mean(d.sum(d.mul(probabilities, logRatio), -1), 0)
    }),
  ),
  planted(
    'temperature on q only',
    'zero at the optimum',
    of((p, q) => klDivergence(p, d.mul(q, 0.5))),
  ),
  planted(
    'detach forgotten',
    'stopped gradient',
    klFromFixedTeacherLaws.of((teacher, student) => klDivergence(teacher, student)),
  ),
  planted(
    'detach around the student',
    'stopped gradient',
    klFromFixedTeacherLaws.of((teacher, student) => klDivergence(teacher, d.stopGradient(student))),
  ),
]
