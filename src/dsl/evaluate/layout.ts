/** Moving elements: transpose, concat, slice, pad, gather, scatter. */
import type { DenseArray } from './array.js'
import { at, generate, offsets, pick, stridesOf } from './array.js'
import { elementCount } from '../value.js'

export const transpose = (
  x: DenseArray,
  permutation: readonly number[],
  shape: readonly number[],
): DenseArray => {
  const strides = stridesOf(x.shape)
  return pick(
    x,
    shape,
    offsets(
      shape,
      permutation.map((axis) => strides[axis] ?? 0),
    ),
  )
}

export const slice = (x: DenseArray, axis: number, start: number, shape: readonly number[]): DenseArray => {
  const strides = stridesOf(x.shape)
  return pick(x, shape, offsets(shape, strides, start * (strides[axis] ?? 0)))
}

/** Writes `part` into `data` (of `shape`) from `start` along an axis. */
const place = (
  data: Float64Array,
  shape: readonly number[],
  part: DenseArray,
  axis: number,
  start: number,
): void => {
  const strides = stridesOf(shape)
  offsets(part.shape, strides, start * (strides[axis] ?? 0)).forEach((to, from) => {
    data[to] = part.data[from] ?? Number.NaN
  })
}

export const concat = (parts: readonly DenseArray[], axis: number, shape: readonly number[]): DenseArray => {
  const data = new Float64Array(elementCount(shape))
  parts.reduce((start, part) => {
    place(data, shape, part, axis, start)
    return start + (part.shape[axis] ?? 0)
  }, 0)
  return { shape, data }
}

export const pad = (
  x: DenseArray,
  axis: number,
  before: number,
  value: number,
  shape: readonly number[],
): DenseArray => {
  const data = new Float64Array(elementCount(shape)).fill(value)
  place(data, shape, x, axis, before)
  return { shape, data }
}

/** Sizes before an axis, and after it: an array seen as [outer, axis, inner]. */
export const around = (shape: readonly number[], axis: number): readonly [number, number] => [
  elementCount(shape.slice(0, axis)),
  elementCount(shape.slice(axis + 1)),
]

export const gather = (
  table: DenseArray,
  ids: DenseArray,
  axis: number,
  shape: readonly number[],
): DenseArray => {
  const inner = around(table.shape, axis)[1]
  const [size, count] = [table.shape[axis] ?? 0, ids.data.length]
  return generate(shape, (flat) => {
    const outer = Math.floor(flat / (count * inner))
    const id = at(ids, Math.floor(flat / inner) % count)
    return at(table, (outer * size + id) * inner + (flat % inner))
  })
}

export const scatterAdd = (
  updates: DenseArray,
  ids: DenseArray,
  axis: number,
  shape: readonly number[],
): DenseArray => {
  const inner = around(shape, axis)[1]
  const [size, count] = [shape[axis] ?? 0, ids.data.length]
  const data = new Float64Array(elementCount(shape))
  updates.data.forEach((update, flat) => {
    const outer = Math.floor(flat / (count * inner))
    const to = (outer * size + at(ids, Math.floor(flat / inner) % count)) * inner + (flat % inner)
    data[to] = (data[to] ?? 0) + update
  })
  return { shape, data }
}
