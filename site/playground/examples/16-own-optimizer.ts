/** An optimizer of one's own: the sign of a momentum. */
import { add, input, linear, mul, parameter, sign, tensor, zerosLike } from 'tensile'
import type { Tensor } from 'tensile'
import { meanSquaredError } from 'tensile/losses'
import type { Transformation } from 'tensile/optimizers'
import {
  chain,
  cosineSchedule,
  mapTensors,
  scaleByLearningRate,
  transformation,
  zipTensors,
} from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const averaged = <S>(gradient: Tensor<S>, momentum: Tensor<S>): Tensor<S> =>
  add(mul(momentum, 0.9), mul(gradient, 0.1))

/** Signum (Bernstein et al. 2018). Its state has the shapes of the parameters, and the compiler holds it to that. */
const signum: Transformation = transformation({
  init: (parameters) => ({ momentum: mapTensors(parameters, zerosLike) }),
  update: ({ updates, state }) => {
    const momentum = zipTensors(updates, state.momentum, averaged)
    return { updates: mapTensors(momentum, sign), state: { momentum } }
  },
})

const prediction = linear(input('x', ['B', 2]), parameter('weight', [1, 2]), parameter('bias', [1]))
export const loss = meanSquaredError(prediction, input('y', ['B', 1]))

export const training = trainingRun({
  objective: { loss },
  optimizer: chain(signum, scaleByLearningRate(cosineSchedule({ peak: 0.1, total: 200 }))),
  weights: { weight: tensor.f32([[0, 0]]), bias: tensor.f32([0]) },
  batches: () => ({
    x: tensor.f32([
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ]),
    y: tensor.f32([[1], [4], [-1], [2]]),
  }),
  steps: 200,
})
