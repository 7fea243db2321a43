/** The next values of everything that a training step carries: parameters and the optimizer's state. */
import { add, cast, mul } from '../dsl/ops/elementwise.js'
import { scalar } from '../dsl/ops/leaf.js'
import type { Tensor } from '../dsl/tensor.js'
import type { DType } from '../values/value.js'
import type { Outputs } from './outputs.js'
import type { State } from './state.js'
import { mapState, tensorsOf } from './state.js'
import type { NamedTensors } from './tensors.js'
import { zipTensors } from './tensors.js'
import type { Transformation } from './transformation.js'

/** The first part of the names of an optimizer's state. */
const prefix = 'optimizer'
export const nextName = (parameter: string): string => `next/${parameter}`

/** By parameter of the step: the next values of everything carried, and the initial values of the optimizer's state. */
interface OptimizerUpdate {
  readonly next: Outputs
  readonly initial: Outputs
}

/** An optimizer's state before an update, its count of updates, and its initial state. */
interface OptimizerState {
  readonly state: State
  readonly step: Tensor<[], 'i32'>
  readonly first: State
}

/** Makes an input or parameter of the shape and type of another tensor: `inputLike` or `parameterLike`. */
type LeafLike = <S, D extends DType>(name: string, x: Tensor<S, D>) => Tensor<S, D>

/** The state of an optimizer of these parameters, as inputs or parameters of the step, with names that begin with `under/`. */
export const optimizerState = (
  parameters: NamedTensors,
  optimizer: Transformation,
  leafLike: LeafLike,
  under = prefix,
): OptimizerState => {
  const first = optimizer.init(parameters)
  return {
    state: mapState(first, (x, name) => leafLike(`${under}/${name}`, x)),
    step: leafLike(`${under}/step`, scalar(0, 'i32')),
    first,
  }
}

/** The loss that is differentiated: multiplied by the optimizer's `lossFactor`, if it has one. */
export const differentiatedLoss = (
  loss: Tensor<[]>,
  { lossFactor }: Transformation,
  { state }: OptimizerState,
): Tensor<[]> => (lossFactor === undefined ? loss : mul(loss, lossFactor(state)))

const named = (state: State, under: string): Outputs =>
  tensorsOf(state).map(([name, tensor]) => [`${under}/${name}`, tensor])

/** An optimizer's update of parameters by their gradients. */
export const optimizerUpdate = (
  parameters: NamedTensors,
  gradients: NamedTensors,
  optimizer: Transformation,
  { state, step, first }: OptimizerState,
  under = prefix,
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
      ...named(nextState, under),
      [`${under}/step`, add(step, 1)],
    ],
    initial: [...named(first, under), [`${under}/step`, scalar(0, 'i32')]],
  }
}

/** The outputs of a program that hold these next values. */
export const nextOutputs = ({ next }: OptimizerUpdate): Outputs =>
  next.map(([name, tensor]) => [nextName(name), tensor])
