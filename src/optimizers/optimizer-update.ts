/** An optimizer's update as the next values of all that a step carries. */
import { add, cast, mul } from '../dsl/ops/elementwise.js'
import { scalar } from '../dsl/ops/leaf.js'
import type { Tensor } from '../dsl/tensor.js'
import type { DType } from '../dsl/values/value.js'
import type { Outputs } from './outputs.js'
import type { State } from './state.js'
import { mapState, tensorsOf } from './state.js'
import type { NamedTensors } from './tensors.js'
import { zipTensors } from './tensors.js'
import type { Transformation } from './transformation.js'

const stepName = 'optimizer/step'
const stateName = (name: string): string => `optimizer/${name}`
export const nextName = (parameter: string): string => `next/${parameter}`

/** The next values of all that a step carries, and the first ones of the optimizer's, by parameter. */
interface OptimizerUpdate {
  readonly next: Outputs
  readonly initial: Outputs
}

/** An optimizer's state before an update, and what it is at the very first. */
interface OptimizerState {
  readonly state: State
  readonly step: Tensor<[], 'i32'>
  readonly first: State
}

/** A leaf of a program of the shape and type of another tensor: `parameterLike`, or `inputLike`. */
type LeafLike = <S, D extends DType>(name: string, x: Tensor<S, D>) => Tensor<S, D>

/** The state of an optimizer of these parameters, made of leaves. */
export const optimizerState = (
  parameters: NamedTensors,
  optimizer: Transformation,
  leafLike: LeafLike,
): OptimizerState => {
  const first = optimizer.init(parameters)
  return {
    state: mapState(first, (x, name) => leafLike(stateName(name), x)),
    step: leafLike(stepName, scalar(0, 'i32')),
    first,
  }
}

/** The loss of which the optimizer is to be given gradients. */
export const differentiatedLoss = (
  loss: Tensor<[]>,
  { lossFactor }: Transformation,
  { state }: OptimizerState,
): Tensor<[]> => (lossFactor === undefined ? loss : mul(loss, lossFactor(state)))

const named = (state: State): Outputs => tensorsOf(state).map(([name, tensor]) => [stateName(name), tensor])

/** An optimizer's update of parameters by their gradients. */
export const optimizerUpdate = (
  parameters: NamedTensors,
  gradients: NamedTensors,
  optimizer: Transformation,
  { state, step, first }: OptimizerState,
): OptimizerUpdate => {
  const { updates, state: nextState } = optimizer.update({
    updates: gradients,
    state,
    parameters,
    step: cast(step, 'f32'),
  })
  return {
    next: [
      ...Object.entries(zipTensors(parameters, updates, (parameter, update) => add(parameter, update))),
      ...named(nextState),
      [stepName, add(step, 1)],
    ],
    initial: [...named(first), [stepName, scalar(0, 'i32')]],
  }
}

/** The outputs of a program that hold these next values. */
export const nextOutputs = ({ next }: OptimizerUpdate): Outputs =>
  next.map(([name, tensor]) => [nextName(name), tensor])
