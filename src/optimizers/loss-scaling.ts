/**
 * Loss scaling (Micikevicius et al. 2018, Mixed Precision Training, section 3.2): in float16 small gradients become 0,
 * so the loss is multiplied before its gradients are taken, and they are divided by the same number afterwards.
 */
import {
  abs,
  add,
  cast,
  div,
  equal,
  lessEqual,
  maximum,
  minimum,
  mul,
  not,
  where,
} from '../dsl/ops/elementwise.js'
import { scalar, zerosLike } from '../dsl/ops/leaf.js'
import { sum } from '../dsl/ops/reduce.js'
import type { Tensor } from '../dsl/tensor.js'
import type { DType } from '../values/value.js'
import { intervalSetting, positiveSetting } from './setting.js'
import { zipState } from './state.js'
import type { NamedTensors } from './tensors.js'
import { mapTensors } from './tensors.js'
import type { Transformation } from './transformation.js'
import { transformation } from './transformation.js'

export interface LossScalingOptions {
  /** The first scale; 2^16 by default. Scaling by powers of two loses no precision. */
  readonly initial?: number
  /** Steps in a row with finite gradients after which the scale doubles; 2000 by default, never for `Infinity`. */
  readonly growthInterval?: number
}

/** The scale never grows above this. */
const largestScale = 2 ** 24
/** The scale never falls below this: a scale of 0 would never grow again. */
const smallestScale = 2 ** -24

const largestFinite = 3.402_823_466_385_288_6e38

/** Whether all elements are finite. */
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
 * An optimizer with dynamic loss scaling, as PyTorch's `GradScaler`, with the same defaults. A step whose gradients are
 * not all finite is skipped: it only halves the scale. After `growthInterval` finite steps in a row the scale
 * doubles. It stays between 2^-24 and 2^24. A first scale that is not a finite number above 0, and an
 * interval that is neither a whole number from 1 nor Infinity, are faults of the step.
 *
 * The inner optimizer is given the gradients of the unscaled loss, and a step count without skipped steps.
 *
 * @example
 * const optimizer = withLossScaling(chain(clipByGlobalNorm(1), adam({ learningRate: 1e-3 })))
 */
export const withLossScaling = (
  optimizer: Transformation,
  { initial = 2 ** 16, growthInterval = 2000 }: LossScalingOptions = {},
): Transformation => {
  const { lossFactor } = optimizer
  const first = positiveSetting('withLossScaling', 'initial', initial)
  const interval = intervalSetting('withLossScaling', 'growthInterval', growthInterval)
  return transformation({
    init: (parameters) => ({
      scale: first,
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
      const grows = lessEqual(interval, longer)
      const grown = where(grows, minimum(mul(scale, 2), largestScale), scale)
      const either = <S, D extends DType>(whereFinite: Tensor<S, D>, otherwise: Tensor<S, D>): Tensor<S, D> =>
        where(finite, whereFinite, otherwise)
      return {
        updates: mapTensors(inner.updates, (update) => either(update, zerosLike(update))),
        state: {
          scale: either(grown, maximum(mul(scale, 0.5), smallestScale)),
          streak: either(where(grows, 0, longer), scalar(0)),
          done: either(add(done, 1), done),
          optimizer: zipState(inner.state, before, either),
        },
      }
    },
  })
}
