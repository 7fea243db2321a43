/**
 * An optimizer and a learning rate of one's own, from the same operations as a model: Signum (Bernstein et al. 2018,
 * "signSGD: compressed optimisation for non-convex problems", algorithm 2), which moves each weight by the sign of its
 * momentum, and a rate that falls in steps. A rule that holds for tensors of every shape is written once, and the compiler
 * holds it to giving back the shape that it takes.
 */
import { add, div, floor, input, linear, mul, parameter, pow, sign, zerosLike } from 'tensile'
import type { Tensor } from 'tensile'
import { meanSquaredError } from 'tensile/losses'
import type { Rate, Schedule, Transformation } from 'tensile/optimizers'
import {
  addWeightDecay,
  chain,
  mapTensors,
  scaleByLearningRate,
  trainStep,
  transformation,
  zipTensors,
} from 'tensile/optimizers'

/** The rate times `factor` after every so many updates. */
export const stepDecay =
  (rate: number, factor: number, every: number): Schedule =>
  (step) =>
    mul(pow(factor, floor(div(step, every))), rate)

const averaged =
  (decay: number) =>
  <S>(gradient: Tensor<S>, momentum: Tensor<S>): Tensor<S> =>
    add(mul(momentum, decay), mul(gradient, 1 - decay))

/** The signs of a moving average of the gradients. */
const scaleBySignum = (decay: number): Transformation =>
  transformation({
    init: (parameters) => ({ momentum: mapTensors(parameters, zerosLike) }),
    update: ({ updates, state }) => {
      const momentum = zipTensors(updates, state.momentum, averaged(decay))
      return { updates: mapTensors(momentum, sign), state: { momentum } }
    },
  })

/** Links of a chain: what is new, and what the library has already. */
export const signum = (learningRate: Rate, weightDecay = 0): Transformation =>
  chain(scaleBySignum(0.9), addWeightDecay(weightDecay), scaleByLearningRate(learningRate))

const prediction = linear(input('x', ['B', 3]), parameter('weight', [1, 3]))
const loss = meanSquaredError(prediction, input('y', ['B', 1]))

/** A training step like any other: a program for every engine. */
export const signumStep = trainStep({ loss }, signum(stepDecay(0.05, 0.5, 40), 0.01))
