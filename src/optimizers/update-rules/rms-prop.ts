/** RMSProp (Tieleman & Hinton 2012, lecture 6e of Neural Networks for Machine Learning), in PyTorch's form. */
import { add, div, mul, sqrt, square, sub } from '../../dsl/ops/elementwise.js'
import { zerosLike } from '../../dsl/ops/leaf.js'
import type { Tensor } from '../../dsl/tensor.js'
import type { Rate } from '../scale.js'
import { addWeightDecay, scaleByLearningRate } from '../scale.js'
import { decaySetting, nonNegativeSetting } from '../setting.js'
import { traceMomentum } from './sgd.js'
import { mapTensors, zipTensors } from '../tensors.js'
import type { Transformation } from '../transformation.js'
import { chain, transformation } from '../transformation.js'

/** The average of squared gradients that each update is divided by. */
export interface RmsOptions {
  /** Decay of the average of squares, from 0 up to 1; 0.99 by default. */
  readonly decay?: number
  /** Added to the root of the average; 1e-8 by default. */
  readonly epsilon?: number
  /** Whether the square of the mean gradient is taken off, which leaves its variance (Graves 2013, eq. 38 to 40). */
  readonly centered?: boolean
}

/**
 * Updates divided by the root of a moving average of their squares, v <- decay · v + (1 - decay) · g². The average starts
 * at 0 and is not corrected for that. A decay outside of [0, 1), or a negative epsilon, is a fault of the step.
 */
export const scaleByRms = ({
  decay = 0.99,
  epsilon = 1e-8,
  centered = false,
}: RmsOptions = {}): Transformation => {
  const share = decaySetting('rmsProp', 'decay', decay)
  const added = nonNegativeSetting('rmsProp', 'epsilon', epsilon)
  const average = <S>(x: Tensor<S>, before: Tensor<S>): Tensor<S> =>
    add(mul(before, share), mul(x, sub(1, share)))
  return transformation({
    init: (parameters) => {
      const zeros = mapTensors(parameters, zerosLike)
      return { squares: zeros, means: centered ? zeros : {} }
    },
    update: ({ updates, state }) => {
      const squares = zipTensors(updates, state.squares, (g, v) => average(square(g), v))
      const means = zipTensors(updates, state.means, average)
      const variance = centered ? zipTensors(squares, means, (v, m) => sub(v, square(m))) : squares
      return {
        updates: zipTensors(updates, variance, (g, v) => div(g, add(sqrt(v), added))),
        state: { squares, means },
      }
    },
  })
}

/**
 * RMSProp, as PyTorch's `RMSprop`: the L2 term is added to the gradient, and momentum follows the division.
 *
 * @example
 * const optimizer = rmsProp({ learningRate: 1e-3, momentum: 0.9, centered: true })
 */
export const rmsProp = ({
  learningRate,
  momentum = 0,
  weightDecay = 0,
  ...squares
}: RmsOptions & {
  readonly learningRate: Rate
  readonly momentum?: number
  readonly weightDecay?: number
}): Transformation =>
  chain(
    addWeightDecay(weightDecay),
    scaleByRms(squares),
    ...(momentum === 0 ? [] : [traceMomentum(momentum)]),
    scaleByLearningRate(learningRate),
  )
