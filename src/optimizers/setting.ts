/** Numbers that an optimizer is given. A number that it cannot work with is a fault of the training step. */
import { erased } from '../dsl/erasure.js'
import { faulty } from '../dsl/node.js'
import { scalar } from '../dsl/ops/leaf.js'
import type { Tensor } from '../dsl/tensor.js'

const setting =
  (isRight: (value: number) => boolean, what: string) =>
  (optimizer: string, name: string, value: number): Tensor<[]> =>
    isRight(value)
      ? scalar(value)
      : erased(faulty(optimizer, `${name} is ${value}, but it must be ${what}`, []))

/** A finite number that is not negative, as a scalar; another number is a fault. */
export const nonNegativeSetting = setting(
  (value) => Number.isFinite(value) && value >= 0,
  'a finite number that is not negative',
)

/** A finite number, as a scalar; another number is a fault. */
export const finiteSetting = setting(Number.isFinite, 'a finite number')

/** A finite number above 0, as a scalar; another number is a fault. */
export const positiveSetting = setting(
  (value) => Number.isFinite(value) && value > 0,
  'a finite number above 0',
)

/** The decay of a moving average, from 0 up to, but not including, 1, as a scalar; another number is a fault. */
export const decaySetting = setting((value) => value >= 0 && value < 1, 'from 0 up to, but not including, 1')

/** A share from 0 to 1, as a scalar; another number is a fault. */
export const shareSetting = setting((value) => value >= 0 && value <= 1, 'from 0 to 1')

/** A whole number from 1, as a scalar; another number is a fault. */
export const countSetting = setting(
  (value) => Number.isSafeInteger(value) && value >= 1,
  'a whole number, 1 or more',
)

/** The tensor, or the fault of the first setting that has one. */
export const withSettings = <S>(settings: readonly Tensor<[]>[], x: Tensor<S>): Tensor<S> => {
  const wrong = settings.find(({ node }) => node.fault !== undefined)
  return wrong === undefined ? x : erased(wrong.node)
}
