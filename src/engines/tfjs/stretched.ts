/**
 * Broadcasting to a shape. WebGPU's kernel supports at most four axes; for more, the library reads the tensor on the
 * CPU, which works in browsers only ("OffscreenCanvas is not defined").
 */
import type { Tensor } from '@tensorflow/tfjs-core'
import { elementCount } from '../../values/value.js'
import { sameShape } from '../../shapes/dim.js'
import { mergedAxes, most } from './few-axes.js'
import type { TensorFlow } from './tensor.js'

/** Broadcasts one axis after the other, each as the middle one of three axes. */
const axisByAxis = (tf: TensorFlow, x: Tensor, full: readonly number[]): Tensor =>
  full.reduce((known, size, axis) => {
    if (known.shape[axis] === size) return known
    const [before, after] = [known.shape.slice(0, axis), known.shape.slice(axis + 1)]
    const three = [elementCount(before), 1, elementCount(after)]
    const copies = tf.broadcastTo(tf.reshape(known, three), three.with(1, size))
    return tf.reshape(copies, [...before, size, ...after])
  }, x)

/** `x` broadcast to the shape `full`, neither of them empty. */
export const stretched = (tf: TensorFlow, x: Tensor, full: readonly number[]): Tensor => {
  if (sameShape(x.shape, full)) return x
  if (full.length <= most) return tf.broadcastTo(x, [...full])
  const merged = mergedAxes([x.shape, full])
  const [from, to] = [tf.reshape(x, [...merged(x.shape)]), merged(full)]
  const copies = to.length <= most ? tf.broadcastTo(from, [...to]) : axisByAxis(tf, from, to)
  return tf.reshape(copies, [...full])
}
