/** Dense float64 arrays, with which the oracle computes. All element types are held as doubles. */
import { sameShape } from '../../shapes/dim.js'
import type { DType, TensorValue } from '../../values/value.js'
import { elementCount, tensorValue } from '../../values/value.js'

export interface DenseArray {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/** Row-major strides. */
export const stridesOf = (shape: readonly number[]): readonly number[] => {
  const strides: number[] = []
  let stride = 1
  for (const size of shape.toReversed()) {
    strides.unshift(stride)
    stride *= size
  }
  return strides
}

/** An array whose element at each flat position is computed by `f`. */
export const generate = (shape: readonly number[], f: (flat: number) => number): DenseArray => {
  const data = new Float64Array(elementCount(shape))
  for (let i = 0; i < data.length; i += 1) data[i] = f(i)
  return { shape, data }
}

/** As `map` of a Float64Array, several times as fast. */
export const mapElements = (
  elements: Float64Array,
  f: (element: number, i: number) => number,
): Float64Array => {
  const data = new Float64Array(elements.length)
  for (let i = 0; i < data.length; i += 1) data[i] = f(elements[i] ?? Number.NaN, i)
  return data
}

/** The element at a flat position; NaN outside of the array. */
export const at = ({ data }: DenseArray, flat: number): number => data[flat] ?? Number.NaN

/**
 * For each position of a result of `shape`, the flat position of its element in an operand: a step along axis i moves by
 * `strides[i]` elements. Transposing, slicing and broadcasting differ only in their strides and start.
 */
export const offsets = (shape: readonly number[], strides: readonly number[], start = 0): Int32Array => {
  let found = Int32Array.of(start)
  for (const [axis, size] of shape.entries()) {
    const stride = strides[axis] ?? 0
    const next = new Int32Array(found.length * size)
    for (let i = 0; i < found.length; i += 1) {
      for (let j = 0; j < size; j += 1) next[i * size + j] = (found[i] ?? 0) + j * stride
    }
    found = next
  }
  return found
}

/** An array of the elements at these flat positions. */
export const gatherElements = (
  x: DenseArray,
  shape: readonly number[],
  positions: Int32Array,
): DenseArray => {
  const data = new Float64Array(positions.length)
  for (let i = 0; i < data.length; i += 1) data[i] = x.data[positions[i] ?? 0] ?? Number.NaN
  return { shape, data }
}

/** The last axes of a walk that one step passes through: how many axes are before them, their elements, and the step. */
const lastRun = (
  shape: readonly number[],
  strides: readonly number[],
): { readonly before: number; readonly length: number; readonly step: number } => {
  const step = strides.at(-1) ?? 0
  let [before, length] = [Math.max(shape.length - 1, 0), shape.at(-1) ?? 1]
  while (before > 0 && (strides[before - 1] ?? 0) === step * length) {
    before -= 1
    length *= shape[before] ?? 1
  }
  return { before, length, step }
}

/** The elements that a walk meets: a step along axis i of the result moves by `strides[i]` elements, as in `offsets`. */
export const strided = (
  { data: from }: DenseArray,
  shape: readonly number[],
  strides: readonly number[],
  start = 0,
): DenseArray => {
  const { before, length, step } = lastRun(shape, strides)
  const data = new Float64Array(elementCount(shape))
  let to = 0
  for (const first of offsets(shape.slice(0, before), strides, start)) {
    for (let i = 0; i < length; i += 1) data[to + i] = from[first + i * step] ?? Number.NaN
    to += length
  }
  return { shape, data }
}

/** Strides of an operand that is broadcast to a shape: 0 along axes that are stretched. */
export const broadcastStrides = (from: readonly number[], to: readonly number[]): readonly number[] => {
  const strides = stridesOf(from)
  const extra = to.length - from.length
  return to.map((_, axis) => (axis < extra || from[axis - extra] === 1 ? 0 : (strides[axis - extra] ?? 0)))
}

export const broadcast = (x: DenseArray, shape: readonly number[]): DenseArray =>
  sameShape(x.shape, shape) ? x : strided(x, shape, broadcastStrides(x.shape, shape))

export const fromValue = ({ shape, data }: TensorValue): DenseArray => ({
  shape,
  data: new Float64Array(data),
})

export const toValue = ({ shape, data }: DenseArray, dtype: DType): TensorValue =>
  dtype === 'f32' ? { dtype, shape, data } : tensorValue(dtype, shape, data)
