/** Arithmetic on tensor values, for laws that change inputs and compare outputs. */
import * as R from '../values/record.js'
import { stridesOf, toValue } from '../dsl/evaluate/array.js'
import type { DType, TensorValue } from '../values/value.js'
import { elementCount } from '../values/value.js'

/** A tensor of these elements, f32 in double precision. */
export const unroundedValue = (
  dtype: DType,
  shape: readonly number[],
  elements: ArrayLike<number>,
): TensorValue => toValue({ shape, data: Float64Array.from(elements) }, dtype)

/** An f32 tensor in double precision, from a function of the flat position. */
export const realTensor = (shape: readonly number[], element: (flat: number) => number): TensorValue => ({
  dtype: 'f32',
  shape,
  data: Float64Array.from({ length: elementCount(shape) }, (_, i) => element(i)),
})

export const elementAt = ({ data }: TensorValue, flat: number): number => data[flat] ?? Number.NaN

/** A value of the same type and shape, element by element. */
export const mapElements = (value: TensorValue, f: (element: number, flat: number) => number): TensorValue =>
  unroundedValue(value.dtype, value.shape, Float64Array.from(value.data, f))

/** x + factor · direction */
export const moved = (x: TensorValue, direction: TensorValue, factor: number): TensorValue =>
  mapElements(x, (element, i) => element + factor * elementAt(direction, i))

/** Position along an axis of the element at a flat position. */
export const positionAlong = (shape: readonly number[], axis: number): ((flat: number) => number) => {
  const [stride, length] = [stridesOf(shape)[axis] ?? 1, shape[axis] ?? 1]
  return (flat) => Math.floor(flat / stride) % length
}

/** For each flat position, the number of its row: all elements that differ only along the axis share it. */
export const rowAlong = (shape: readonly number[], axis: number): ((flat: number) => number) => {
  const [stride, length] = [stridesOf(shape)[axis] ?? 1, shape[axis] ?? 1]
  return (flat) => Math.floor(flat / (stride * length)) * stride + (flat % stride)
}

/** The positions `indices` of an axis, in that order: a permutation, or a selection. */
export const takeAlong = (value: TensorValue, axis: number, indices: readonly number[]): TensorValue => {
  const shape = value.shape.map((length, i) => (i === axis ? indices.length : length))
  const stride = stridesOf(value.shape)[axis] ?? 1
  const [from, to] = [(value.shape[axis] ?? 1) * stride, indices.length * stride]
  const count = elementCount(shape)
  const data = new Float64Array(count)
  for (let flat = 0; flat < count; flat += 1) {
    const index = indices[Math.floor((flat % to) / stride)] ?? 0
    data[flat] = elementAt(value, Math.floor(flat / to) * from + index * stride + (flat % stride))
  }
  return unroundedValue(value.dtype, shape, data)
}

/** The leading part of a tensor: each axis cut to a length, none longer than it is. */
export const cutTo = (value: TensorValue, shape: readonly number[]): TensorValue =>
  shape.reduce(
    (sofar, length, axis) =>
      length === sofar.shape[axis]
        ? sofar
        : takeAlong(
            sofar,
            axis,
            Array.from({ length }, (_, i) => i),
          ),
    value,
  )

/** Σ xᵢ yᵢ */
export const innerProduct = (x: TensorValue, y: TensorValue): number => {
  let total = 0
  for (let i = 0; i < x.data.length; i += 1) total += elementAt(x, i) * elementAt(y, i)
  return total
}

/** Euclidean distance of two tensors of one shape. */
export const distance = (x: TensorValue, y: TensorValue): number => {
  const difference = moved(x, y, -1)
  return Math.sqrt(innerProduct(difference, difference))
}

/** The largest finite magnitude among real tensors, at least 1. */
export const magnitudeOf = (values: Readonly<Record<string, TensorValue>>): number => {
  let largest = 1
  for (const value of Object.values(values)) {
    if (value.dtype !== 'f32') continue
    for (const element of value.data) {
      const size = Math.abs(element)
      if (size > largest && size !== Infinity) largest = size
    }
  }
  return largest
}

/** Real tensors with elements that float32 holds. */
export const roundedToFloat32 = (
  values: Readonly<Record<string, TensorValue>>,
): Readonly<Record<string, TensorValue>> =>
  R.map((value: TensorValue) => (value.dtype === 'f32' ? mapElements(value, Math.fround) : value))(values)
