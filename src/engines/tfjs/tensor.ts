/** Tensors of TensorFlow.js: how our values become them, and how they are read back. */
import type { DataTypeMap, Tensor } from '@tensorflow/tfjs-core'
import type { DType, TensorValue } from '../../dsl/values/value.js'
import { copyOf, tensorValue } from '../../dsl/values/value.js'

/** The library, once it is loaded. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core')

/** What the library calls our element types. */
export const dataTypes = { f32: 'float32', i32: 'int32', bool: 'bool' } as const satisfies Record<
  DType,
  keyof DataTypeMap
>

/** A tensor with the value's elements, copied: some backends keep the memory that they are given. */
export const tensorOf = ({ tensor }: TensorFlow, value: TensorValue): Tensor =>
  tensor(copyOf(value).data, [...value.shape], dataTypes[value.dtype])

/** The elements of a tensor, in memory of their own. Waits until they are computed. */
export const valueOf = async (tensor: Tensor, dtype: DType): Promise<TensorValue> =>
  tensorValue(dtype, [...tensor.shape], await tensor.data())
