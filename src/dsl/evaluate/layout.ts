/** Primitives that move elements: transpose, slice, concat, pad, gather, scatter, and both along an axis. */
import type { DenseArray } from './array.js'
import { at, generate, offsets, gatherElements, strided, stridesOf } from './array.js'
import { elementCount } from '../../values/value.js'

/** Axis i of the result is axis `permutation[i]` of `x`. */
export const transpose = (x: DenseArray, permutation: readonly number[]): DenseArray => {
  const inOrder = (of: readonly number[]): readonly number[] => permutation.map((axis) => of[axis] ?? 0)
  const shape = inOrder(x.shape)
  return strided(x, shape, inOrder(stridesOf(x.shape)))
}

const withSize = (shape: readonly number[], axis: number, size: number): readonly number[] =>
  shape.map((old, i) => (i === axis ? size : old))

export const slice = (x: DenseArray, axis: number, start: number, length: number): DenseArray => {
  const strides = stridesOf(x.shape)
  const shape = withSize(x.shape, axis, length)
  return strided(x, shape, strides, start * (strides[axis] ?? 0))
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

export const concat = (parts: readonly DenseArray[], axis: number): DenseArray => {
  const length = parts.reduce((total, part) => total + (part.shape[axis] ?? 0), 0)
  const shape = withSize(parts[0]?.shape ?? [], axis, length)
  const data = new Float64Array(elementCount(shape))
  parts.reduce((start, part) => {
    place(data, shape, part, axis, start)
    return start + (part.shape[axis] ?? 0)
  }, 0)
  return { shape, data }
}

export const pad = (x: DenseArray, axis: number, before: number, size: number, value: number): DenseArray => {
  const shape = withSize(x.shape, axis, size)
  const data = new Float64Array(elementCount(shape)).fill(value)
  place(data, shape, x, axis, before)
  return { shape, data }
}

/** Entries of a table along an axis; the axes of `ids` take the place of that axis. */
export const gather = (table: DenseArray, ids: DenseArray, axis: number): DenseArray => {
  const after = table.shape.slice(axis + 1)
  const shape = [...table.shape.slice(0, axis), ...ids.shape, ...after]
  const inner = elementCount(after)
  const [size, count] = [table.shape[axis] ?? 0, ids.data.length]
  return generate(shape, (flat) => {
    const outer = Math.floor(flat / (count * inner))
    const id = at(ids, Math.floor(flat / inner) % count)
    return at(table, (outer * size + id) * inner + (flat % inner))
  })
}

type Combine = (sofar: number, update: number) => number

/** `empty` at each of `size` positions of an axis, combined with the updates whose ids point there. */
const scatter =
  (combine: Combine, empty: number) =>
  (updates: DenseArray, ids: DenseArray, axis: number, size: number): DenseArray => {
    const after = updates.shape.slice(axis + ids.shape.length)
    const shape = [...updates.shape.slice(0, axis), size, ...after]
    const inner = elementCount(after)
    const count = ids.data.length
    const data = new Float64Array(elementCount(shape)).fill(empty)
    updates.data.forEach((update, flat) => {
      const outer = Math.floor(flat / (count * inner))
      const to = (outer * size + at(ids, Math.floor(flat / inner) % count)) * inner + (flat % inner)
      data[to] = combine(data[to] ?? 0, update)
    })
    return { shape, data }
  }

/** Zeros with an axis of `size`, to which `updates` are added where ids point: the adjoint of `gather`. */
export const scatterAdd = scatter((sum, update) => sum + update, 0)

/** The largest of `value` and the updates at each position, NaN if one is NaN. */
export const scatterMax = (value: number) => scatter(Math.max, value)

/** For each element of an array with ids of its own, the flat position that its id names along an axis of `size`. */
const positionsAlong = (ids: DenseArray, axis: number, size: number): Int32Array => {
  const inner = elementCount(ids.shape.slice(axis + 1))
  const length = ids.shape[axis] ?? 0
  return Int32Array.from(
    ids.data,
    (id, flat) => (Math.floor(flat / (length * inner)) * size + id) * inner + (flat % inner),
  )
}

/** The elements that ids name along an axis, for each position of the other axes by itself. */
export const takeAlongAxis = (x: DenseArray, ids: DenseArray, axis: number): DenseArray =>
  gatherElements(x, ids.shape, positionsAlong(ids, axis, x.shape[axis] ?? 0))

/** Zeros with an axis of `size`, to which `updates` are added where ids point: the adjoint of `takeAlongAxis`. */
export const scatterAlongAxis = (
  updates: DenseArray,
  ids: DenseArray,
  axis: number,
  size: number,
): DenseArray => {
  const shape = withSize(updates.shape, axis, size)
  const data = new Float64Array(elementCount(shape))
  positionsAlong(ids, axis, size).forEach((to, from) => {
    data[to] = (data[to] ?? 0) + at(updates, from)
  })
  return { shape, data }
}
