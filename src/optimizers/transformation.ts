/**
 * Gradient transformations, as in Optax: a pair of pure functions `init` and `update`, composed by `chain`. An optimizer is
 * a transformation whose updates are added to the parameters.
 */
import { typedState } from '../dsl/erasure.js'
import { mul } from '../dsl/ops/elementwise.js'
import type { Tensor } from '../dsl/tensor.js'
import type { State } from './state.js'
import type { NamedTensors } from './tensors.js'
import { zipTensors } from './tensors.js'

/** What a transformation's `update` is given. */
export interface Update<S extends State = State> {
  /** One tensor per parameter: its gradient, or the update that the transformation before this one in a chain gives. */
  readonly updates: NamedTensors
  readonly state: S
  readonly parameters: NamedTensors
  /** The number of updates done, a scalar: 0 at the first update. */
  readonly step: Tensor<[]>
}

/** What a transformation's `update` returns: the transformed updates, and the next state. */
export interface Updated<S extends State = State> {
  readonly updates: NamedTensors
  readonly state: S
}

/** `init` gives the initial state; `update` gives transformed updates and the next state. */
export interface Transformation<S extends State = State> {
  /** From the values of the parameters before the first update, or only their shapes, as `zerosLike`. */
  readonly init: (parameters: NamedTensors) => S
  readonly update: (given: Update<S>) => Updated<S>
  /**
   * A scalar by which the loss is multiplied before it is differentiated; 1 if this is absent. `update` is given the
   * gradients of the product.
   */
  readonly lossFactor?: (state: S) => Tensor<[]>
}

/**
 * A transformation from functions with a state type of their own. The result hides that type (it is existential), so that
 * every transformation can be chained with every other.
 *
 * A shape rule that the functions break is a fault of the training step.
 *
 * @example
 * // The mean of all gradients so far.
 * const averaged = transformation({
 *   init: (parameters) => ({ total: mapTensors(parameters, zerosLike) }),
 *   update: ({ updates, state, step }) => {
 *     const total = zipTensors(updates, state.total, (gradient, sofar) => add(sofar, gradient))
 *     return { updates: mapTensors(total, (sum) => div(sum, add(step, 1))), state: { total } }
 *   },
 * })
 * const optimizer = chain(averaged, scaleByLearningRate(0.1))
 */
export const transformation = <S extends State>({
  init,
  update,
  lossFactor,
}: Transformation<S>): Transformation => ({
  init,
  update: (given) => update({ ...given, state: typedState<S>(given.state) }),
  ...(lossFactor === undefined ? {} : { lossFactor: (state) => lossFactor(typedState<S>(state)) }),
})

/**
 * A transformation without state, applied to each parameter's update.
 *
 * @example
 * const signs = stateless((update) => sign(update))
 */
export const stateless = (
  transform: <S>(update: Tensor<S>, parameter: Tensor<S>, given: Update) => Tensor<S>,
): Transformation => ({
  init: () => ({}),
  update: (given) => ({
    updates: zipTensors(given.updates, given.parameters, (update, parameter) =>
      transform(update, parameter, given),
    ),
    state: {},
  }),
})

/** The product of the loss factors of a chain's parts; absent if no part has one. */
const chainedFactor = (
  parts: readonly Transformation[],
): Pick<Transformation<readonly State[]>, 'lossFactor'> => {
  const factors = parts.flatMap(({ lossFactor }, i) =>
    lossFactor === undefined ? [] : [(state: readonly State[]) => lossFactor(state[i] ?? {})],
  )
  return factors.length === 0
    ? {}
    : { lossFactor: (state) => factors.map((factor) => factor(state)).reduce((a, b) => mul(a, b)) }
}

/**
 * Transformations one after another, each with its own state.
 *
 * @example
 * const optimizer = chain(clipByGlobalNorm(1), adam({ learningRate: cosineSchedule({ peak: 1e-3, total: 1000 }) }))
 */
export const chain = (...parts: readonly Transformation[]): Transformation =>
  transformation<readonly State[]>({
    ...chainedFactor(parts),
    init: (parameters) => parts.map((part) => part.init(parameters)),
    update: (given) =>
      parts.reduce<Updated<readonly State[]>>(
        ({ updates, state }, part, i) => {
          const next = part.update({ ...given, updates, state: given.state[i] ?? {} })
          return { updates: next.updates, state: [...state, next.state] }
        },
        { updates: given.updates, state: [] },
      ),
  })
