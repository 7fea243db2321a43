/** Stochastic gradient descent with momentum (Sutskever et al. 2013, in PyTorch's form). */
import * as R from 'fp-ts/lib/Record.js'
import * as b from '../dsl/builder.js'
import type { Rate } from './scale.js'
import { addWeightDecay, scaleByLearningRate } from './scale.js'
import type { Transformation } from './transformation.js'
import { chain, fromSlot, slot, zip } from './transformation.js'

/** v <- momentum · v + g; the update is v, or g + momentum · v in Nesterov's form. */
export const traceMomentum = (momentum: number, nesterov = false): Transformation => ({
  init: (parameters) => slot('velocity', R.map(b.zerosLike)(parameters)),
  update: ({ updates, state }) => {
    const velocity = zip(updates, fromSlot('velocity', state), (g, v) => b.add(b.scale(v, momentum), g))
    return {
      updates: nesterov ? zip(updates, velocity, (g, v) => b.add(g, b.scale(v, momentum))) : velocity,
      state: slot('velocity', velocity),
    }
  },
})

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
