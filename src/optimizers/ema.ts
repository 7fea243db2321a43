/** Exponential moving averages of the weights (Polyak & Juditsky 1992; Tarvainen & Valpola 2017, Mean teachers, eq. 2). */
import { add, div, mul, pow, sub } from '../dsl/ops/elementwise.js'
import { zerosLike } from '../dsl/ops/leaf.js'
import type { Tensor } from '../dsl/tensor.js'
import { decaySetting } from './setting.js'
import { mapTensors, zipTensors } from './tensors.js'
import type { Transformation } from './transformation.js'
import { transformation } from './transformation.js'

/**
 * Keeps a moving average of the weights, average <- decay · average + (1 - decay) · weights, and changes no update. It takes
 * the weights after the update, so it is the last link of a chain. The average of the parameter `w` is carried in the
 * state, as `average/w`.
 *
 * From `'parameters'`, the default, the average begins at the weights before the first update. From `'zeros'` it begins at
 * 0 and is corrected for that as Adam's moments are (Kingma & Ba 2015, section 3): only weights after updates count.
 *
 * A decay outside of [0, 1) is a fault of the step.
 *
 * @example
 * const optimizer = chain(adam({ learningRate: 1e-3 }), ema(0.999, { from: 'parameters' }))
 */
export const ema = (
  decay: number,
  { from = 'parameters' }: { readonly from?: 'parameters' | 'zeros' } = {},
): Transformation => {
  const kept = decaySetting('ema', 'the decay', decay)
  /** How much of the way to the new weights the average goes. */
  const share = (step: Tensor<[]>): Tensor<[]> =>
    from === 'parameters' ? sub(1, kept) : div(sub(1, kept), sub(1, pow(kept, add(step, 1))))
  return transformation({
    init: (parameters) => ({
      average: from === 'parameters' ? parameters : mapTensors(parameters, zerosLike),
    }),
    update: ({ updates, parameters, state, step }) => {
      const weights = zipTensors(parameters, updates, (parameter, update) => add(parameter, update))
      const average = zipTensors(state.average, weights, (before, weight) =>
        add(before, mul(sub(weight, before), share(step))),
      )
      return { updates, state: { average } }
    },
  })
}
