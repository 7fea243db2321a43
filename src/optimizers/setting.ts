/** Numbers that an optimizer is given. A number that it cannot work with is a fault of the training step. */
import { erased } from '../dsl/erasure.js'
import { faulty } from '../dsl/node.js'
import { scalar } from '../dsl/ops/leaf.js'
import type { Range } from '../dsl/setting.js'
import {
  aboveZero,
  finite,
  fromZeroBelowOne,
  fromZeroToOne,
  notNegative,
  outOfRange,
} from '../dsl/setting.js'
import type { Tensor } from '../dsl/tensor.js'

const setting =
  (range: Range) =>
  (optimizer: string, name: string, value: number): Tensor<[]> => {
    const wrong = outOfRange(name, value, range)
    return wrong === undefined ? scalar(value) : erased(faulty(optimizer, wrong, []))
  }

/** A finite number that is not negative, as a scalar; another number is a fault. */
export const nonNegativeSetting = setting(notNegative)

/** A finite number, as a scalar; another number is a fault. */
export const finiteSetting = setting(finite)

/** A finite number above 0, as a scalar; another number is a fault. */
export const positiveSetting = setting(aboveZero)

/** The decay of a moving average, from 0 up to, but not including, 1, as a scalar; another number is a fault. */
export const decaySetting = setting(fromZeroBelowOne)

/** A share from 0 to 1, as a scalar; another number is a fault. */
export const shareSetting = setting(fromZeroToOne)

/** A whole number from 1, as a scalar; another number is a fault. */
export const countSetting = setting({
  words: 'a whole number, 1 or more',
  contains: (value) => Number.isSafeInteger(value) && value >= 1,
})

/** A whole number from 1, or Infinity for never, as a scalar; another number is a fault. */
export const intervalSetting = setting({
  words: 'a whole number, 1 or more, or Infinity',
  contains: (value) => value === Infinity || (Number.isSafeInteger(value) && value >= 1),
})

/** A whole number, as a scalar; another number is a fault. */
export const seedSetting = setting({ words: 'a whole number', contains: Number.isSafeInteger })

/** The tensor, or the fault of the first setting that has one. */
export const withSettings = <S>(settings: readonly Tensor<[]>[], x: Tensor<S>): Tensor<S> => {
  const wrong = settings.find(({ node }) => node.fault !== undefined)
  return wrong === undefined ? x : erased(wrong.node)
}
