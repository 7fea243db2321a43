/** Cumulative sums and maxima and linear recurrences, in TensorFlow.js. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { DType } from '../../values/value.js'
import { accumulated, recurrence } from '../doubling.js'
import type { RuleContext, Rules } from './rule.js'
import type { TensorFlow } from './tensor.js'

/** The parts of tensors of [before, length, after], the middle axis of three. */
const ofMiddleAxis = (tf: TensorFlow) => ({
  part: (x: Tensor, from: number, to: number): Tensor =>
    tf.slice(x, [0, from, 0], [x.shape[0] ?? 1, to - from, x.shape[2] ?? 1]),
  join: (first: Tensor, second: Tensor): Tensor => tf.concat([first, second], 1),
  add: (a: Tensor, b: Tensor): Tensor => tf.add(a, b),
  mul: (a: Tensor, b: Tensor): Tensor => tf.mul(a, b),
})

/** Brings tensors to [before, length, after], and the result back to its shape. */
const asThreeAxes = (
  axis: number,
  sizes: readonly number[],
  { tf }: RuleContext,
  f: (three: (x: Tensor) => Tensor, length: number) => Tensor,
): Tensor => {
  const count = (from: number, to: number): number =>
    sizes.slice(from, to).reduce((product, size) => product * size, 1)
  const length = sizes[axis] ?? 1
  const three = [count(0, axis), length, count(axis + 1, sizes.length)]
  return tf.reshape(
    f((x) => tf.reshape(x, three), length),
    [...sizes],
  )
}

/** The larger of two. Some backends ignore NaN in the second operand, so it is restored. */
const larger =
  (tf: TensorFlow, dtype: DType) =>
  (own: Tensor, before: Tensor): Tensor => {
    const picked = tf.maximum(own, before)
    return dtype === 'i32' ? picked : tf.where(tf.equal(before, before), picked, before)
  }

export const cumulativeRules: Rules<'cumsum' | 'cummax' | 'linearRecurrence'> = {
  cumsum: ({ attributes: { axis, exclusive, reverse }, operands: [x] }, context) =>
    asThreeAxes(axis, context.shape(x), context, (three) =>
      context.tf.cumsum(three(context.whole(x)), 1, exclusive, reverse),
    ),
  cummax: ({ attributes: { axis, reverse }, operands: [x] }, context) => {
    const { tf, whole, shape } = context
    return asThreeAxes(axis, shape(x), context, (three, length) =>
      accumulated(three(whole(x)), length, reverse, ofMiddleAxis(tf), larger(tf, x.dtype)),
    )
  },
  linearRecurrence: ({ attributes: { axis, reverse }, operands: [decay, x] }, context) => {
    const { tf, whole, shape } = context
    return asThreeAxes(axis, shape(x), context, (three, length) =>
      recurrence(three(whole(decay)), three(whole(x)), length, reverse, ofMiddleAxis(tf)),
    )
  },
}
