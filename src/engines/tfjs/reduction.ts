/** Reductions, softmax and layer normalisation in TensorFlow.js. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { NodeOf } from '../../dsl/primitives/primitive.js'
import type { RuleContext, Rules } from './rule.js'
import type { TensorFlow } from './tensor.js'

type Reduction = NodeOf<'sum' | 'mean' | 'prod' | 'max' | 'logSumExp'>

const reduction =
  (reduce: (tf: TensorFlow, x: Tensor, axes: number[], keepDims: boolean) => Tensor) =>
  ({ attributes: { axes, keepDims }, operands: [x] }: Reduction, { tf, value, whole }: RuleContext): Tensor =>
    // For TensorFlow.js an empty list of axes means all axes.
    axes.length === 0 ? value(x) : reduce(tf, whole(x), [...axes], keepDims)

/** The largest element along axes, or 0 if that is not finite. Subtracting it keeps exponentials in range. */
const shiftOf = (tf: TensorFlow, x: Tensor, axes: number[]): Tensor => {
  const largest = tf.max(x, axes, true)
  return tf.where(tf.less(tf.abs(largest), Infinity), largest, tf.scalar(0))
}

const logSumExp = (tf: TensorFlow, x: Tensor, axes: number[]): Tensor => {
  const shift = shiftOf(tf, x, axes)
  return tf.add(tf.log(tf.sum(tf.exp(tf.sub(x, shift)), axes, true)), shift)
}

/** Both terms are taken less the largest element, which would swallow the logarithm where it is large. */
const logSoftmax = (tf: TensorFlow, x: Tensor, axis: number): Tensor => {
  const below = tf.sub(x, shiftOf(tf, x, [axis]))
  return tf.sub(below, tf.log(tf.sum(tf.exp(below), [axis], true)))
}

const softmax = (tf: TensorFlow, x: Tensor, axis: number): Tensor => {
  const positive = tf.exp(tf.sub(x, shiftOf(tf, x, [axis])))
  return tf.div(positive, tf.sum(positive, [axis], true))
}

const alongAxis =
  (f: (tf: TensorFlow, x: Tensor, axis: number) => Tensor) =>
  ({ attributes: { axis }, operands: [x] }: NodeOf<'softmax' | 'logSoftmax'>, { tf, whole }: RuleContext) =>
    f(tf, whole(x), axis)

export const reductionRules: Rules<
  'sum' | 'mean' | 'prod' | 'max' | 'logSumExp' | 'softmax' | 'logSoftmax' | 'layerNorm'
> = {
  sum: reduction((tf, x, axes, keepDims) => tf.sum(x, axes, keepDims)),
  mean: reduction((tf, x, axes, keepDims) => tf.mean(x, axes, keepDims)),
  prod: reduction((tf, x, axes, keepDims) => tf.prod(x, axes, keepDims)),
  max: reduction((tf, x, axes, keepDims) => tf.max(x, axes, keepDims)),
  logSumExp: (node, context) =>
    context.tf.reshape(logSumExp(context.tf, context.whole(node.operands[0]), [...node.attributes.axes]), [
      ...context.shape(node),
    ]),
  softmax: alongAxis(softmax),
  logSoftmax: alongAxis(logSoftmax),
  /** (x - mean) / sqrt(variance + ε) · gain + bias (Ba et al. 2016, eq. 3 and 4). */
  layerNorm: ({ attributes: { epsilon }, operands: [x, gain, bias] }, { tf, whole }) => {
    const rows = whole(x)
    const centred = tf.sub(rows, tf.mean(rows, -1, true))
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon))
    return tf.add(tf.mul(tf.mul(centred, scale), whole(gain)), whole(bias))
  },
}
