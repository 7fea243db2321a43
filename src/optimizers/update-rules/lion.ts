/** Lion (Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, algorithm 2). */
import { add, mul, sign, sub } from '../../dsl/ops/elementwise.js'
import { zerosLike } from '../../dsl/ops/leaf.js'
import type { Tensor } from '../../dsl/tensor.js'
import type { Rate } from '../scale.js'
import { addWeightDecay, scaleByLearningRate } from '../scale.js'
import { decaySetting } from '../setting.js'
import { mapTensors, zipTensors } from '../tensors.js'
import type { Transformation } from '../transformation.js'
import { chain, transformation } from '../transformation.js'

export interface LionOptions {
  /** A third to a tenth of AdamW's, as the paper advises. */
  readonly learningRate: Rate
  /** Share of the momentum in the update; 0.9 by default. */
  readonly beta1?: number
  /** Share of the momentum in the next momentum; 0.99 by default. */
  readonly beta2?: number
  /** Decoupled; three to ten times AdamW's, as the paper advises. */
  readonly weightDecay?: number
}

const mixed =
  (share: Tensor<[]>) =>
  <S>(gradient: Tensor<S>, momentum: Tensor<S>): Tensor<S> =>
    add(mul(momentum, share), mul(gradient, sub(1, share)))

/** The signs of gradients mixed with their momentum. A beta outside of [0, 1) is a fault of the step. */
export const scaleByLion = ({
  beta1 = 0.9,
  beta2 = 0.99,
}: Omit<LionOptions, 'learningRate' | 'weightDecay'> = {}): Transformation => {
  const [inUpdate, inMomentum] = [decaySetting('lion', 'beta1', beta1), decaySetting('lion', 'beta2', beta2)]
  return transformation({
    init: (parameters) => ({ momentum: mapTensors(parameters, zerosLike) }),
    update: ({ updates, state: { momentum } }) => ({
      updates: mapTensors(zipTensors(updates, momentum, mixed(inUpdate)), sign),
      state: { momentum: zipTensors(updates, momentum, mixed(inMomentum)) },
    }),
  })
}

/**
 * Lion: every weight moves by the learning rate, up or down, and decays as in AdamW.
 *
 * @example
 * const optimizer = lion({ learningRate: 1e-4, weightDecay: 0.1 })
 */
export const lion = ({ learningRate, weightDecay = 0, ...momentum }: LionOptions): Transformation =>
  chain(scaleByLion(momentum), addWeightDecay(weightDecay), scaleByLearningRate(learningRate))
