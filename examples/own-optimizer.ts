/**
 * An optimizer and a learning rate of one's own, from the same operations as a model: Lion (Chen et al. 2023, "Symbolic
 * discovery of optimization algorithms", algorithm 2), and a rate that falls in steps. A rule that holds for tensors of
 * every shape is written once, and the compiler holds it to giving back the shape that it takes.
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

const mixed =
  (share: number) =>
  <S>(gradient: Tensor<S>, momentum: Tensor<S>): Tensor<S> =>
    add(mul(momentum, share), mul(gradient, 1 - share))

/** The signs of gradients mixed with their momentum. */
const scaleByLion = (beta1: number, beta2: number): Transformation =>
  transformation({
    init: (parameters) => ({ momentum: mapTensors(parameters, zerosLike) }),
    update: ({ updates, state: { momentum } }) => ({
      updates: mapTensors(zipTensors(updates, momentum, mixed(beta1)), sign),
      state: { momentum: zipTensors(updates, momentum, mixed(beta2)) },
    }),
  })

/** Links of a chain: what is new, and what the library has already. */
export const lion = (learningRate: Rate, weightDecay = 0): Transformation =>
  chain(scaleByLion(0.9, 0.99), addWeightDecay(weightDecay), scaleByLearningRate(learningRate))

const prediction = linear(input('x', ['B', 3]), parameter('weight', [1, 3]))
const loss = meanSquaredError(prediction, input('y', ['B', 1]))

/** A training step like any other: a program for every engine. */
export const lionStep = trainStep({ loss }, lion(stepDecay(0.05, 0.5, 40), 0.01))
