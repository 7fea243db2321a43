/** Adam (Kingma & Ba 2015, algorithm 1) and AdamW (Loshchilov & Hutter 2019, algorithm 2). */
import * as R from 'fp-ts/lib/Record.js'
import * as b from '../dsl/builder.js'
import type { Node } from '../dsl/primitive.js'
import type { Rate } from './scale.js'
import { addWeightDecay, scaleByLearningRate } from './scale.js'
import type { Transformation } from './transformation.js'
import { chain, fromSlot, slot, zip } from './transformation.js'

export interface AdamOptions {
  readonly learningRate: Rate
  /** Decay of the first moment; 0.9. */
  readonly beta1?: number
  /** Decay of the second moment; 0.999. */
  readonly beta2?: number
  /** Added to the root of the second moment; 1e-8. */
  readonly epsilon?: number
  readonly weightDecay?: number
}

/** decay · moment + (1 - decay) · x */
const movingAverage =
  (decay: number) =>
  (x: Node, moment: Node): Node =>
    b.add(b.scale(moment, decay), b.scale(x, 1 - decay))

/** The first moment over the root of the second, both corrected for their start at zero. */
export const scaleByAdam = ({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: Omit<AdamOptions, 'learningRate' | 'weightDecay'>): Transformation => ({
  init: (parameters) => {
    const zeros = R.map(b.zerosLike)(parameters)
    return { ...slot('firstMoment', zeros), ...slot('secondMoment', zeros) }
  },
  update: ({ updates, state, step }) => {
    const count = b.add(step, b.constant(1))
    const correction = (decay: number): Node => b.sub(b.constant(1), b.pow(b.constant(decay), count))
    const firstMoment = zip(updates, fromSlot('firstMoment', state), movingAverage(beta1))
    const secondMoment = zip(updates, fromSlot('secondMoment', state), (g, v) =>
      movingAverage(beta2)(b.mul(g, g), v),
    )
    return {
      updates: zip(firstMoment, secondMoment, (m, v) =>
        b.div(
          b.div(m, correction(beta1)),
          b.add(b.div(b.sqrt(v), b.sqrt(correction(beta2))), b.constant(epsilon)),
        ),
      ),
      state: { ...slot('firstMoment', firstMoment), ...slot('secondMoment', secondMoment) },
    }
  },
})

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
