/** Tensors of TensorFlow.js: how our values become them, and how they are read back. */
import type { DataTypeMap, Tensor } from '@tensorflow/tfjs-core'
import type { DType, TensorValue } from '../../dsl/values/value.js'

/** The library, once it is loaded. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core')

/** What the library calls our element types. */
export const dataTypes = { f32: 'float32', i32: 'int32', bool: 'bool' } as const satisfies Record<
  DType,
  keyof DataTypeMap
>

/** A tensor with the value's elements, copied: some backends keep the memory that they are given. */
export const tensorOf = ({ tensor }: TensorFlow, value: TensorValue): Tensor => {
  const shape = [...value.shape]
  switch (value.dtype) {
    case 'f32':
      return tensor(Float32Array.from(value.data), shape, 'float32')
    case 'i32':
      return tensor(Int32Array.from(value.data), shape, 'int32')
    case 'bool':
      return tensor(Uint8Array.from(value.data), shape, 'bool')
  }
}

/** The elements of a tensor, in memory of their own. Waits until they are computed. */
export const valueOf = async (tensor: Tensor, dtype: DType): Promise<TensorValue> => {
  const [data, shape] = [await tensor.data(), [...tensor.shape]]
  switch (dtype) {
    case 'f32':
      return { dtype, shape, data: Float32Array.from(data) }
    case 'i32':
      return { dtype, shape, data: Int32Array.from(data) }
    case 'bool':
      return { dtype, shape, data: Uint8Array.from(data) }
  }
}
