/** Scaling updates: by the negative learning rate, by their global norm, and by weight decay. */
import * as R from 'fp-ts/lib/Record.js'
import * as b from '../dsl/builder.js'
import type { Node } from '../dsl/primitive.js'
import type { Schedule } from './schedule.js'
import { constant } from './schedule.js'
import type { Named, Transformation } from './transformation.js'
import { stateless } from './transformation.js'

/** A rate, or a schedule of rates. */
export type Rate = number | Schedule

const schedule = (rate: Rate): Schedule => (typeof rate === 'number' ? constant(rate) : rate)

/** Descent: updates times -rate. The last link of every optimizer. */
export const scaleByLearningRate = (rate: Rate): Transformation =>
  stateless((update, _, { step }) => b.neg(b.mul(update, schedule(rate)(step))))

/**
 * Scales the updates of each parameter by a factor of its own: slower layers, frozen ones (0).
 *
 * @example
 * const optimizer = chain(adam({ learningRate: 1e-3 }), scaleByName((name) => (name.startsWith('visual.') ? 1 : 0.1)))
 */
export const scaleByName = (factorOf: (name: string) => number): Transformation => ({
  init: () => ({}),
  update: ({ updates }) => ({
    updates: R.mapWithIndex((name: string, update: Node) => b.scale(update, factorOf(name)))(updates),
    state: {},
  }),
})

/** Adds `factor` times the parameter: L2 where it comes before the moments, decoupled decay where it comes after. */
export const addWeightDecay = (factor: number): Transformation =>
  factor === 0
    ? stateless((update) => update)
    : stateless((update, parameter) => b.add(update, b.scale(parameter, factor)))

const sumOfSquares = (x: Node): Node =>
  b.sum(
    b.mul(x, x),
    x.shape.map((_, axis) => axis),
  )

/** The Euclidean norm of all updates taken as one vector, a scalar. */
export const globalNorm = (updates: Named): Node =>
  b.sqrt(Object.values(updates).map(sumOfSquares).reduce(b.add, b.constant(0)))

/**
 * Scales all updates so that their global norm is at most `limit` (Pascanu et al. 2013, algorithm 1); shorter ones
 * stay as they are.
 */
export const clipByGlobalNorm = (limit: number): Transformation =>
  stateless((update, _, { updates }) => {
    const norm = globalNorm(updates)
    const factor = b.where(
      b.lessEqual(norm, b.constant(limit)),
      b.constant(1),
      b.div(b.constant(limit), norm),
    )
    return b.mul(update, factor)
  })
