/** Conversion between tensor values and tensors of TensorFlow.js. */
import type { DataTypeMap, Tensor } from '@tensorflow/tfjs-core'
import type { DType, TensorValue } from '../../values/value.js'
import { copyOf, tensorValue } from '../../values/value.js'

/** The module `@tensorflow/tfjs-core`. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core')

/** The library's names of the element types. */
export const dataTypes = { f32: 'float32', i32: 'int32', bool: 'bool' } as const satisfies Record<
  DType,
  keyof DataTypeMap
>

/** A tensor with a copy of the value's elements: some backends keep the memory that they are given. */
export const tensorOf = ({ tensor }: TensorFlow, value: TensorValue): Tensor =>
  tensor(copyOf(value).data, [...value.shape], dataTypes[value.dtype])

/** The value of a tensor, in memory of its own. Waits until it is computed. */
export const valueOf = async (tensor: Tensor, dtype: DType): Promise<TensorValue> =>
  tensorValue(dtype, [...tensor.shape], await tensor.data())
