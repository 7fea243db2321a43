/** Lookahead (Zhang et al. 2019, Lookahead Optimizer: k steps forward, 1 step back, algorithm 1). */
import { add, equal, mul, sub, where } from '../dsl/ops/elementwise.js'
import { scalar } from '../dsl/ops/leaf.js'
import type { Tensor } from '../dsl/tensor.js'
import { countSetting, shareSetting } from './setting.js'
import type { State } from './state.js'
import type { NamedTensors } from './tensors.js'
import { zipTensors } from './tensors.js'
import type { Transformation } from './transformation.js'
import { transformation } from './transformation.js'

export interface LookaheadOptions {
  /** Updates of the inner optimizer between two of the slow weights, k in the paper; 5 by default. */
  readonly steps?: number
  /** How much of the way to the fast weights the slow ones go, from 0 to 1, α in the paper; 0.5 by default. */
  readonly share?: number
}

type LookaheadState = {
  readonly slow: NamedTensors
  /** Updates done since the slow weights moved. */
  readonly taken: Tensor<[]>
  readonly optimizer: State
}

/**
 * Slow weights that follow those of an optimizer: after every `steps` updates they go a `share` of the way to the present
 * weights, and the optimizer continues from there, with its state as it is. The slow weights begin at the parameters, and
 * are carried in the state, as `slow/...`.
 *
 * A number of steps that is not a whole number from 1, or a share outside of 0 to 1, is a fault of the training step.
 *
 * @example
 * const optimizer = lookahead(adam({ learningRate: 1e-3 }), { steps: 6 })
 */
export const lookahead = (
  optimizer: Transformation,
  { steps = 5, share = 0.5 }: LookaheadOptions = {},
): Transformation => {
  const { lossFactor } = optimizer
  const count = countSetting('lookahead', 'steps', steps)
  const way = shareSetting('lookahead', 'share', share)
  return transformation<LookaheadState>({
    init: (parameters) => ({ slow: parameters, taken: scalar(0), optimizer: optimizer.init(parameters) }),
    ...(lossFactor === undefined ? {} : { lossFactor: ({ optimizer: inner }) => lossFactor(inner) }),
    update: (given) => {
      const { parameters } = given
      const { slow, taken, optimizer: before } = given.state
      const next = optimizer.update({ ...given, state: before })
      const isLast = equal(add(taken, 1), count)
      const fast = zipTensors(parameters, next.updates, (parameter, update) => add(parameter, update))
      const nextSlow = zipTensors(slow, fast, (at, to) => where(isLast, add(at, mul(sub(to, at), way)), at))
      const toSlow = zipTensors(nextSlow, parameters, (at, parameter) => sub(at, parameter))
      return {
        updates: zipTensors(next.updates, toSlow, (update, back) => where(isLast, back, update)),
        state: {
          slow: nextSlow,
          taken: where(isLast, scalar(0), add(taken, 1)),
          optimizer: next.state,
        },
      }
    },
  })
}
