/** Scaling updates: by the negative learning rate, by their global norm, and by weight decay. */
import { add, div, lessEqual, mul, neg, sqrt, square, where } from '../dsl/ops/elementwise.js'
import { scalar } from '../dsl/ops/leaf.js'
import { sum } from '../dsl/ops/reduce.js'
import type { Tensor } from '../dsl/tensor.js'
import type { Schedule } from './schedule.js'
import { constantSchedule } from './schedule.js'
import type { NamedTensors } from './tensors.js'
import { mapTensors } from './tensors.js'
import type { Transformation } from './transformation.js'
import { stateless } from './transformation.js'

/** A rate, or a schedule of rates. */
export type Rate = number | Schedule

const schedule = (rate: Rate): Schedule => (typeof rate === 'number' ? constantSchedule(rate) : rate)

/** Updates times minus the rate: a step down the gradient. Every optimizer's chain ends with it. */
export const scaleByLearningRate = (rate: Rate): Transformation =>
  stateless((update, _, { step }) => neg(mul(update, schedule(rate)(step))))

/**
 * Scales the updates of each parameter by a factor that depends on its name: smaller for slower layers, 0 for frozen ones.
 *
 * @example
 * const optimizer = chain(adam({ learningRate: 1e-3 }), scaleByName((name) => (name.startsWith('visual.') ? 1 : 0.1)))
 */
export const scaleByName = (factorOf: (name: string) => number): Transformation => ({
  init: () => ({}),
  update: ({ updates }) => ({
    updates: mapTensors(updates, (update, name) => mul(update, factorOf(name))),
    state: {},
  }),
})

/** Adds `factor` times the parameter to its update: L2 decay before the moments in a chain, decoupled decay after them. */
export const addWeightDecay = (factor: number): Transformation =>
  factor === 0
    ? stateless((update) => update)
    : stateless((update, parameter) => add(update, mul(parameter, factor)))

/** The Euclidean norm of all updates taken as one vector, a scalar. */
export const globalNorm = (updates: NamedTensors): Tensor<[]> =>
  sqrt(
    Object.values(updates)
      .map((update) => sum(square(update)))
      .reduce((a, b) => add(a, b), scalar(0)),
  )

/**
 * Scales all updates so that their global norm is at most `limit` (Pascanu et al. 2013, algorithm 1); shorter ones
 * stay as they are.
 */
export const clipByGlobalNorm = (limit: number): Transformation =>
  stateless((update, _, { updates }) => {
    const norm = globalNorm(updates)
    const factor = where(lessEqual(norm, limit), 1, div(limit, norm))
    return mul(update, factor)
  })
