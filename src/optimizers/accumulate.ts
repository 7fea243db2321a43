/** Gradient accumulation: one update by the mean gradient of several steps. */
import { add, div, equal, where } from '../dsl/ops/elementwise.js'
import { scalar, zerosLike } from '../dsl/ops/leaf.js'
import type { Tensor } from '../dsl/tensor.js'
import type { DType } from '../values/value.js'
import { countSetting } from './setting.js'
import type { State } from './state.js'
import { zipState } from './state.js'
import type { NamedTensors } from './tensors.js'
import { mapTensors, zipTensors } from './tensors.js'
import type { Transformation } from './transformation.js'
import { transformation } from './transformation.js'

type AccumulationState = {
  readonly total: NamedTensors
  /** Steps taken since the last update. */
  readonly taken: Tensor<[]>
  /** Updates done. */
  readonly done: Tensor<[]>
  readonly optimizer: State
}

/**
 * An optimizer that is given the mean gradient of every `steps` steps, and counts these updates alone. The steps between
 * change no weight and no state of the optimizer. Where the loss is a mean over the rows of a batch, this equals one step
 * with a batch `steps` times as long.
 *
 * A number of steps that is not a whole number from 1 is a fault of the training step.
 *
 * @example
 * const optimizer = accumulate(8, chain(clipByGlobalNorm(1), adamW({ learningRate: 1e-3 })))
 */
export const accumulate = (steps: number, optimizer: Transformation): Transformation => {
  const { lossFactor } = optimizer
  const count = countSetting('accumulate', 'the number of steps', steps)
  return transformation<AccumulationState>({
    init: (parameters) => ({
      total: mapTensors(parameters, zerosLike),
      taken: scalar(0),
      done: scalar(0),
      optimizer: optimizer.init(parameters),
    }),
    ...(lossFactor === undefined ? {} : { lossFactor: ({ optimizer: inner }) => lossFactor(inner) }),
    update: (given) => {
      const { taken, done, optimizer: before } = given.state
      const total = zipTensors(given.updates, given.state.total, (gradient, sum) => add(sum, gradient))
      const isLast = equal(add(taken, 1), count)
      const ifLast = <S, D extends DType>(last: Tensor<S, D>, otherwise: Tensor<S, D>): Tensor<S, D> =>
        where(isLast, last, otherwise)
      const next = optimizer.update({
        ...given,
        updates: mapTensors(total, (sum) => div(sum, count)),
        state: before,
        step: done,
      })
      return {
        updates: mapTensors(next.updates, (update) => ifLast(update, zerosLike(update))),
        state: {
          total: mapTensors(total, (sum) => ifLast(zerosLike(sum), sum)),
          taken: ifLast(scalar(0), add(taken, 1)),
          done: ifLast(add(done, 1), done),
          optimizer: zipState(next.state, before, ifLast),
        },
      }
    },
  })
}
