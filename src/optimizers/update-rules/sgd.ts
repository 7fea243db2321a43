/** Stochastic gradient descent with momentum (Sutskever et al. 2013, in PyTorch's form). */
import { add, mul } from '../../dsl/ops/elementwise.js'
import { zerosLike } from '../../dsl/ops/leaf.js'
import type { Rate } from '../scale.js'
import { addWeightDecay, scaleByLearningRate } from '../scale.js'
import { decaySetting } from '../setting.js'
import { mapTensors, zipTensors } from '../tensors.js'
import type { Transformation } from '../transformation.js'
import { chain, transformation } from '../transformation.js'

/**
 * v <- momentum · v + g; the update is v, or g + momentum · v in Nesterov's form. A momentum outside of [0, 1) is a fault of
 * the step.
 */
export const traceMomentum = (momentum: number, nesterov = false): Transformation => {
  const kept = decaySetting('sgd', 'momentum', momentum)
  return transformation({
    init: (parameters) => ({ velocity: mapTensors(parameters, zerosLike) }),
    update: ({ updates, state }) => {
      const velocity = zipTensors(updates, state.velocity, (g, v) => add(mul(v, kept), g))
      return {
        updates: nesterov ? zipTensors(updates, velocity, (g, v) => add(g, mul(v, kept))) : velocity,
        state: { velocity },
      }
    },
  })
}

/**
 * @example
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 })
 */
export const sgd = ({
  learningRate,
  momentum = 0,
  nesterov = false,
  weightDecay = 0,
}: {
  readonly learningRate: Rate
  readonly momentum?: number
  readonly nesterov?: boolean
  readonly weightDecay?: number
}): Transformation =>
  chain(
    addWeightDecay(weightDecay),
    ...(momentum === 0 ? [] : [traceMomentum(momentum, nesterov)]),
    scaleByLearningRate(learningRate),
  )
