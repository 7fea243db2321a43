/** Entropic optimal transport, wrongly. */
import * as d from '../../../src/dsl/index.js'
import {
  biasedSinkhornLaws,
  columnMassLaws,
  rowMassLaws,
  sinkhornLaws,
  transportPlanLaws,
} from '../../../src/laws/declarations/losses/sinkhorn.js'
import { sinkhorn, transportPlan } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const options = { epsilon: 4, tolerance: 1e-14, bound: 24 } as const

export const sinkhornFaults = [
  planted(
    'the sign is lost',
    'not negative',
    sinkhornLaws.of((x, y) => d.neg(sinkhorn(x, y, options))),
  ),
  planted(
    'the bias is left in',
    'zero at the optimum',
    sinkhornLaws.of((x, y) => sinkhorn(x, y, { ...options, debiased: false })),
  ),
  planted(
    'the bias is taken off twice',
    'zero at the optimum',
    sinkhornLaws.of((x, y) =>
      d.sub(d.mul(sinkhorn(x, y, options), 2), sinkhorn(x, y, { ...options, debiased: false })),
    ),
  ),
  planted(
    'the whole squared distance in place of half of it',
    'known value',
    sinkhornLaws.of((x, y) => sinkhorn(d.mul(x, Math.SQRT2), d.mul(y, Math.SQRT2), options)),
  ),
  planted(
    'another ε',
    'formula',
    sinkhornLaws.of((x, y) => sinkhorn(x, y, { ...options, epsilon: 1 })),
  ),
  planted(
    'rows of unit length',
    'unchanged',
    sinkhornLaws.of((x, y) =>
      sinkhorn(d.l2Normalize(x, { epsilon: 1e-3 }), d.l2Normalize(y, { epsilon: 1e-3 }), options),
    ),
  ),
  planted(
    'x alone is moved to its mean',
    'known value',
    sinkhornLaws.of((x, y) => sinkhorn(d.sub(x, d.mean(x, 0)), y, options)),
  ),
  planted(
    'the rows of y weighted by their places',
    'order of the batch',
    sinkhornLaws.of((x, y) => {
      const places = d.expandDims(d.cast(d.iota([d.axis(y, 0)], 0), 'f32'), 1)
      return sinkhorn(x, d.add(y, d.mul(places, 0.1)), options)
    }),
  ),
  planted(
    'no gradient to the target',
    'gradient',
    sinkhornLaws.of((x, y) => sinkhorn(x, d.stopGradient(y), options)),
  ),
  planted(
    'two iterations, far from convergence',
    'symmetric',
    biasedSinkhornLaws.of((x, y) => sinkhorn(x, y, { ...options, bound: 1, debiased: false })),
  ),
  planted(
    'without the entropy: the cost of the plan alone',
    'formula',
    biasedSinkhornLaws.of((x, y) => {
      const cost = d.mul(d.sum(d.square(d.sub(d.expandDims(x, 1), d.expandDims(y, 0))), 2), 0.5)
      return d.sum(d.mul(transportPlan(cost, options), cost))
    }),
  ),
]

export const transportPlanFaults = [
  planted(
    'masses of 1 in place of 1/N and 1/M',
    'formula',
    transportPlanLaws.of((cost) => d.mul(transportPlan(cost, options), d.count(cost, 0))),
  ),
  planted(
    'a softmax over each row: the masses of the rows alone',
    'shift',
    transportPlanLaws.of((cost) => d.div(d.softmax(d.div(cost, -options.epsilon), 1), d.count(cost, 0))),
  ),
  planted(
    'ordered by its costs',
    'order of positions',
    transportPlanLaws.of((cost) => transportPlan(d.cumsum(cost, 0), options)),
  ),
  planted(
    'columns whose masses are not reached',
    'formula',
    columnMassLaws.of((cost) => d.sum(transportPlan(cost, { ...options, bound: 1 }), 0)),
  ),
  planted(
    'the plan the other way around: its columns have the masses of rows',
    'formula',
    rowMassLaws.of((cost) => {
      const softened = d.softmax(d.div(cost, -options.epsilon), 0)
      return d.sum(d.div(softened, d.count(cost, 1)), 1)
    }),
  ),
]
