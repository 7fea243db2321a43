/** Scaling updates: by the negative learning rate, by their global norm, and by weight decay. */
import { add, div, lessEqual, mul, neg, sqrt, square, where } from '../dsl/ops/elementwise.js'
import { scalar } from '../dsl/ops/leaf.js'
import { sum } from '../dsl/ops/reduce.js'
import type { Tensor } from '../dsl/tensor.js'
import type { Shape } from '../shapes/dim.js'
import { finiteSetting, nonNegativeSetting } from './setting.js'
import type { Schedule } from './schedule.js'
import { constantSchedule } from './schedule.js'
import type { NamedTensors } from './tensors.js'
import { mapTensors, zipTensors } from './tensors.js'
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
 * A factor that is not finite is a fault of the step.
 *
 * @example
 * const optimizer = chain(adam({ learningRate: 1e-3 }), scaleByName((name) => (name.startsWith('visual.') ? 1 : 0.1)))
 */
export const scaleByName = (factorOf: (name: string) => number): Transformation => ({
  init: () => ({}),
  update: ({ updates }) => ({
    updates: mapTensors(updates, (update, name) =>
      mul(update, finiteSetting('scaleByName', `the factor of '${name}'`, factorOf(name))),
    ),
    state: {},
  }),
})

/** Whether something is done to a parameter, from its name and its shape. */
export type ParameterFilter = (parameter: { readonly name: string; readonly shape: Shape }) => boolean

/** Parameters of two axes or more: matrices and kernels, but not biases and the gains of normalisation. */
export const isMatrix: ParameterFilter = ({ shape }) => shape.length >= 2

/**
 * Adds `factor` times the parameter to its update: L2 decay before the moments in a chain, decoupled decay after them. With
 * `only`, the updates of other parameters stay as they are. A negative factor, or one that is not finite, is a fault of
 * the step.
 *
 * @example
 * const optimizer = chain(scaleByAdam({}), addWeightDecay(0.1, { only: isMatrix }), scaleByLearningRate(1e-3))
 */
export const addWeightDecay = (
  factor: number,
  { only = () => true }: { readonly only?: ParameterFilter } = {},
): Transformation => {
  if (factor === 0) return stateless((update) => update)
  const decay = nonNegativeSetting('addWeightDecay', 'the factor', factor)
  return {
    init: () => ({}),
    update: ({ updates, parameters }) => ({
      updates: zipTensors(updates, parameters, (update, parameter, name) =>
        only({ name, shape: parameter.node.shape }) ? add(update, mul(parameter, decay)) : update,
      ),
      state: {},
    }),
  }
}

/** The Euclidean norm of all updates taken as one vector, a scalar. */
export const globalNorm = (updates: NamedTensors): Tensor<[]> =>
  sqrt(
    Object.values(updates)
      .map((update) => sum(square(update)))
      .reduce((a, b) => add(a, b), scalar(0)),
  )

/**
 * Scales all updates so that their global norm is at most `limit` (Pascanu et al. 2013, algorithm 1); shorter ones
 * stay as they are. A limit that is negative or not finite is a fault of the step.
 */
export const clipByGlobalNorm = (limit: number): Transformation => {
  const longest = nonNegativeSetting('clipByGlobalNorm', 'the limit', limit)
  return stateless((update, _, { updates }) => {
    const norm = globalNorm(updates)
    const factor = where(lessEqual(norm, longest), 1, div(longest, norm))
    return mul(update, factor)
  })
}
