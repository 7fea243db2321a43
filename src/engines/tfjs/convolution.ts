/**
 * Convolution in TensorFlow.js. Its operation wants channels last, has no negative padding, and allows a stride or a
 * dilation but not both: negative padding becomes a slice, and the zeros of dilated inputs and kernels are inserted by
 * padding an axis of size 1.
 */
import type { Rank, Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import type { Rules } from './rule.js'
import type { TensorFlow } from './tensor.js'

type Pair = readonly [number, number]

/** [B,C,H,W] with `spacing - 1` zeros between the elements of the last two axes. */
const spaced = (tf: TensorFlow, x: Tensor, [down, across]: Pair): Tensor => {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape
  if (down === 1 && across === 1) return x
  const apart = tf.pad(tf.reshape(x, [batch * channels * height, width, 1]), [
    [0, 0],
    [0, 0],
    [0, across - 1],
  ])
  const rows = tf.pad(tf.reshape(apart, [batch * channels, height, 1, width * across]), [
    [0, 0],
    [0, 0],
    [0, down - 1],
    [0, 0],
  ])
  return tf.slice(
    tf.reshape(rows, [batch, channels, height * down, width * across]),
    [0, 0, 0, 0],
    [batch, channels, (height - 1) * down + 1, (width - 1) * across + 1],
  )
}

/** The range of an axis that negative padding keeps, and the zeros that positive padding adds before and after it. */
const seen = (size: number, [low, high]: Pair) => {
  const start = Math.max(0, -low)
  return {
    start,
    length: Math.min(size, size + high) - start,
    zeros: [Math.max(0, low), Math.max(0, high)] satisfies Pair,
  }
}

const rearranged = (tf: TensorFlow, x: Tensor, permutation: number[]): Tensor4D =>
  tf.transpose<Tensor<Rank.R4>>(
    tf.reshape<Rank.R4>(x, [x.shape[0] ?? 0, x.shape[1] ?? 0, x.shape[2] ?? 0, x.shape[3] ?? 0]),
    permutation,
  )

/**
 * Images [B,H,W,C] under kernels [O,C/groups,h,w]: at once where there is one group, or one channel in each and, as libtensorflow
 * demands it of these, one stride for both axes.
 */
const grouped = (
  tf: TensorFlow,
  images: Tensor4D,
  kernels: Tensor,
  stride: [number, number],
  groups: number,
): Tensor4D => {
  const [outputs = 0, inGroup = 0, height = 0, width = 0] = kernels.shape
  if (groups > 1 && inGroup === 1 && stride[0] === stride[1]) {
    const filters = tf.reshape(kernels, [groups, outputs / groups, height, width])
    return tf.depthwiseConv2d<Tensor4D>(images, rearranged(tf, filters, [2, 3, 0, 1]), stride, 'valid')
  }
  const filters = rearranged(tf, kernels, [2, 3, 1, 0])
  if (groups === 1) return tf.conv2d<Tensor4D>(images, filters, stride, 'valid')
  const ofGroups = tf.split<Tensor4D>(filters, groups, 3)
  return tf.concat(
    tf.split<Tensor4D>(images, groups, 3).flatMap((part, group) => {
      const filter = ofGroups[group]
      return filter === undefined ? [] : [tf.conv2d<Tensor4D>(part, filter, stride, 'valid')]
    }),
    3,
  )
}

export const convolutionRules: Rules<'conv2d'> = {
  conv2d: ({ attributes, operands: [x, w] }, { tf, whole }) => {
    const images = spaced(tf, whole(x), attributes.inputDilation)
    const kernels = spaced(tf, whole(w), attributes.dilation)
    const [batch = 0, channels = 0, height = 0, width = 0] = images.shape
    const [rows, columns] = [seen(height, attributes.padding[0]), seen(width, attributes.padding[1])]
    if (rows.length <= 0 || columns.length <= 0) return tf.scalar(0)
    const visible = tf.slice(
      images,
      [0, 0, rows.start, columns.start],
      [batch, channels, rows.length, columns.length],
    )
    const padded = tf.pad(visible, [[0, 0], [0, 0], rows.zeros, columns.zeros])
    const [down, across] = attributes.stride
    const last = rearranged(tf, padded, [0, 2, 3, 1])
    return tf.transpose(grouped(tf, last, kernels, [down, across], attributes.groups), [0, 3, 1, 2])
  },
}
