/** Adam (Kingma & Ba 2015, algorithm 1) and AdamW (Loshchilov & Hutter 2019, algorithm 2). */
import { add, div, mul, pow, sqrt, square, sub } from '../../dsl/ops/elementwise.js'
import { scalar, zerosLike } from '../../dsl/ops/leaf.js'
import type { Tensor } from '../../dsl/tensor.js'
import type { Rate } from '../scale.js'
import { addWeightDecay, scaleByLearningRate } from '../scale.js'
import { decaySetting, nonNegativeSetting, withSettings } from '../setting.js'
import { mapTensors, zipTensors } from '../tensors.js'
import type { Transformation } from '../transformation.js'
import { chain, transformation } from '../transformation.js'

export interface AdamOptions {
  readonly learningRate: Rate
  /** Decay of the first moment; 0.9 by default. */
  readonly beta1?: number
  /** Decay of the second moment; 0.999 by default. */
  readonly beta2?: number
  /** Added to the root of the second moment; 1e-8 by default. */
  readonly epsilon?: number
  readonly weightDecay?: number
}

/** decay · moment + (1 - decay) · x */
const movingAverage =
  (decay: number) =>
  <S>(x: Tensor<S>, moment: Tensor<S>): Tensor<S> =>
    add(mul(moment, decay), mul(x, 1 - decay))

/**
 * The first moment divided by the root of the second, both corrected for their start at zero. A beta outside of [0, 1), and
 * an epsilon that is negative or not finite, are faults of the step.
 */
export const scaleByAdam = ({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: Omit<AdamOptions, 'learningRate' | 'weightDecay'>): Transformation => {
  const settings = [
    decaySetting('adam', 'beta1', beta1),
    decaySetting('adam', 'beta2', beta2),
    nonNegativeSetting('adam', 'epsilon', epsilon),
  ]
  return transformation({
    init: (parameters) => {
      const zeros = mapTensors(parameters, zerosLike)
      return { firstMoment: zeros, secondMoment: zeros }
    },
    update: ({ updates, state, step }) => {
      const count = add(step, 1)
      const correction = (decay: number): Tensor<[]> => sub(1, pow(scalar(decay), count))
      const firstMoment = zipTensors(updates, state.firstMoment, movingAverage(beta1))
      const secondMoment = zipTensors(updates, state.secondMoment, (g, v) =>
        movingAverage(beta2)(square(g), v),
      )
      return {
        updates: zipTensors(firstMoment, secondMoment, (m, v) =>
          withSettings(
            settings,
            div(div(m, correction(beta1)), add(div(sqrt(v), sqrt(correction(beta2))), epsilon)),
          ),
        ),
        state: { firstMoment, secondMoment },
      }
    },
  })
}

/**
 * Classic Adam: weight decay is an L2 term, added to the gradient before the moments (as in PyTorch's `Adam`).
 *
 * @example
 * const optimizer = adam({ learningRate: 0.01, weightDecay: 5e-4 })
 */
export const adam = ({ learningRate, weightDecay = 0, ...moments }: AdamOptions): Transformation =>
  chain(addWeightDecay(weightDecay), scaleByAdam(moments), scaleByLearningRate(learningRate))

/** AdamW: weight decay is decoupled, added after the moments and scaled by the learning rate alone. */
export const adamW = ({ learningRate, weightDecay = 0.01, ...moments }: AdamOptions): Transformation =>
  chain(scaleByAdam(moments), addWeightDecay(weightDecay), scaleByLearningRate(learningRate))
