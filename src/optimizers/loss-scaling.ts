/**
 * Loss scaling (Micikevicius et al. 2018, Mixed Precision Training, section 3.2): in float16 small gradients become 0,
 * so the loss is multiplied before its gradients are taken, and they are divided by the same number afterwards.
 */
import { abs, add, cast, div, equal, lessEqual, minimum, mul, not, where } from '../dsl/ops/elementwise.js'
import { scalar, zerosLike } from '../dsl/ops/leaf.js'
import { sum } from '../dsl/ops/reduce.js'
import type { Tensor } from '../dsl/tensor.js'
import type { DType } from '../dsl/values/value.js'
import { zipState } from './state.js'
import type { NamedTensors } from './tensors.js'
import { mapTensors } from './tensors.js'
import type { Transformation } from './transformation.js'
import { transformation } from './transformation.js'

export interface LossScalingOptions {
  /** The first scale; 2^16. Powers of two cost no digit. */
  readonly initial?: number
  /** Steps with finite gradients after which the scale doubles; 2000. `Infinity`: it never does. */
  readonly growthInterval?: number
}

/** The scale never grows above this. */
const largestScale = 2 ** 24

const largestFinite = 3.402_823_466_385_288_6e38

/** Whether no number of these is infinite or NaN. */
const allFinite = (tensors: NamedTensors): Tensor<[], 'bool'> => {
  const strays = (x: Tensor<unknown>): Tensor<[]> => sum(cast(not(lessEqual(abs(x), largestFinite)), 'f32'))
  return equal(
    Object.values(tensors)
      .map(strays)
      .reduce((a, b) => add(a, b), scalar(0)),
    0,
  )
}

/**
 * An optimizer whose gradients are those of a scaled loss. A step whose gradients are not finite changes nothing but the
 * scale, which it halves; `growthInterval` steps without one double it. The numbers are those of PyTorch's `GradScaler`.
 *
 * The optimizer sees gradients of the loss itself, and counts the steps that were done.
 *
 * @example
 * const optimizer = withLossScaling(chain(clipByGlobalNorm(1), adam({ learningRate: 1e-3 })))
 */
export const withLossScaling = (
  optimizer: Transformation,
  { initial = 2 ** 16, growthInterval = 2000 }: LossScalingOptions = {},
): Transformation => {
  const { lossFactor } = optimizer
  return transformation({
    init: (parameters) => ({
      scale: scalar(initial),
      streak: scalar(0),
      done: scalar(0),
      optimizer: optimizer.init(parameters),
    }),
    lossFactor: ({ scale, optimizer: within }) =>
      lossFactor === undefined ? scale : mul(scale, lossFactor(within)),
    update: (given) => {
      const { scale, streak, done, optimizer: before } = given.state
      const gradients = mapTensors(given.updates, (gradient) => div(gradient, scale))
      const finite = allFinite(gradients)
      const inner = optimizer.update({ ...given, updates: gradients, state: before, step: done })

      const longer = add(streak, 1)
      const grows = lessEqual(growthInterval, longer)
      const grown = where(grows, minimum(mul(scale, 2), largestScale), scale)
      const either = <S, D extends DType>(whereFinite: Tensor<S, D>, otherwise: Tensor<S, D>): Tensor<S, D> =>
        where(finite, whereFinite, otherwise)
      return {
        updates: mapTensors(inner.updates, (update) => either(update, zerosLike(update))),
        state: {
          scale: either(grown, mul(scale, 0.5)),
          streak: either(where(grows, 0, longer), scalar(0)),
          done: either(add(done, 1), done),
          optimizer: zipState(inner.state, before, either),
        },
      }
    },
  })
}
