/** Transposition. */
import type { Tensor } from '@tensorflow/tfjs-core'
import { offsets, stridesOf } from '../../dsl/evaluate/array.js'
import type { TensorFlow } from './tensor.js'

/** Transposition as a lookup of flat positions. */
const gathered = (tf: TensorFlow, x: Tensor, permutation: readonly number[]): Tensor => {
  const strides = stridesOf(x.shape)
  const shape = permutation.map((axis) => x.shape[axis] ?? 1)
  const positions = offsets(
    shape,
    permutation.map((axis) => strides[axis] ?? 1),
  )
  return tf.reshape(tf.gather(tf.reshape(x, [x.size]), tf.tensor1d(positions, 'int32')), shape)
}

/** Axis i of the result is axis `permutation[i]`. WebGPU's own kernel does not compile for integers and booleans. */
export const transposed = (tf: TensorFlow, x: Tensor, permutation: readonly number[]): Tensor => {
  if (permutation.every((axis, i) => axis === i)) return x
  return tf.getBackend() === 'webgpu' && x.dtype !== 'float32'
    ? gathered(tf, x, permutation)
    : tf.transpose(x, [...permutation])
}
