/** Tensor values: the inputs and outputs of a program, as plain data. */

/** Element types of a tensor: 32-bit float, 32-bit signed integer, boolean (one byte each, 0 or 1). */
export type DType = 'f32' | 'i32' | 'bool'

/**
 * A dense tensor in row-major order. The oracle computes `f32` tensors in double precision: its results hold a
 * `Float64Array`. Every engine accepts either array.
 */
export type TensorValue =
  | { readonly dtype: 'f32'; readonly shape: readonly number[]; readonly data: Float32Array | Float64Array }
  | { readonly dtype: 'i32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'bool'; readonly shape: readonly number[]; readonly data: Uint8Array }

/** Number of elements of a tensor with these sizes; 1 for a scalar. */
export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1)

/** A tensor of these elements, in row-major order and in memory of its own; f32 is rounded to single precision. */
export const tensorValue = (
  dtype: DType,
  shape: readonly number[],
  elements: ArrayLike<number>,
): TensorValue => {
  switch (dtype) {
    case 'f32':
      return { dtype, shape, data: new Float32Array(elements) }
    case 'i32':
      return { dtype, shape, data: new Int32Array(elements) }
    case 'bool':
      return { dtype, shape, data: new Uint8Array(elements) }
  }
}

/** A copy in memory of its own; f32 is rounded to single precision. */
export const copyOf = ({ dtype, shape, data }: TensorValue): TensorValue => tensorValue(dtype, shape, data)

/** Elements as files and engines hold them: double precision is rounded to single, all else is returned as it is. */
export const inSinglePrecision = <A>(data: A | Float64Array): A | Float32Array =>
  data instanceof Float64Array ? Float32Array.from(data) : data

/** The bytes of an array. They share its memory. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** A tensor of zeros; f32 is in single precision. */
export const zeros = (dtype: DType, shape: readonly number[]): TensorValue => {
  const count = elementCount(shape)
  switch (dtype) {
    case 'f32':
      return { dtype, shape, data: new Float32Array(count) }
    case 'i32':
      return { dtype, shape, data: new Int32Array(count) }
    case 'bool':
      return { dtype, shape, data: new Uint8Array(count) }
  }
}
