/** Reductions, sorting, softmax and normalisation along axes. */
import type { AttributesOf } from '../primitives/primitive.js'
import type { DenseArray } from './array.js'
import { at, generate, mapElements, offsets, stridesOf } from './array.js'
import { elementCount } from '../../values/value.js'

/** Folds the elements along the axes into each element of the result. */
export const reduceAxes = (
  x: DenseArray,
  { axes, keepDims }: AttributesOf<'sum'>,
  fold: (elements: Float64Array) => number,
): DenseArray => {
  const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]))
  const strides = stridesOf(x.shape)
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const along = (chosen: readonly number[]): Int32Array =>
    offsets(
      chosen.map((axis) => x.shape[axis] ?? 0),
      chosen.map((axis) => strides[axis] ?? 0),
    )
  const [starts, steps] = [along(kept), along(axes)]
  const areTogether = steps.every((step, i) => step === i)
  const elements = new Float64Array(steps.length)
  return generate(shape, (i) => {
    const start = starts[i] ?? 0
    if (areTogether) return fold(x.data.subarray(start, start + steps.length))
    for (let j = 0; j < elements.length; j += 1) elements[j] = x.data[start + (steps[j] ?? 0)] ?? Number.NaN
    return fold(elements)
  })
}

export const sum = (elements: Float64Array): number => {
  let total = 0
  for (let i = 0; i < elements.length; i += 1) total += elements[i] ?? Number.NaN
  return total
}

export const product = (elements: Float64Array): number => {
  let result = 1
  for (const element of elements) result *= element
  return result
}

export const mean = (elements: Float64Array): number => sum(elements) / elements.length

/** The largest element: NaN if any element is NaN, `lowest` if there are no elements. */
export const max = (elements: Float64Array, lowest = -Infinity): number => {
  let largest = lowest
  for (const element of elements) {
    if (Number.isNaN(element)) return element
    if (element > largest) largest = element
  }
  return largest
}

/** ln Σ eˣ, shifted by the largest element so that nothing overflows. */
export const logSumExp = (elements: Float64Array): number => {
  const shift = max(elements)
  if (!Number.isFinite(shift)) return shift
  let total = 0
  for (const element of elements) total += Math.exp(element - shift)
  return shift + Math.log(total)
}

/** A comparison for descending order, as sorting takes it; NaN comes first. */
const compareDescending = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a))
  return a === b ? 0 : a > b ? -1 : 1
}

/** Positions of the elements in descending order; equal elements keep their order. */
export const descending = (elements: Float64Array): readonly number[] =>
  [...elements.keys()].toSorted((i, j) => compareDescending(elements[i] ?? 0, elements[j] ?? 0))

/** Positions of the elements in ascending order; equal elements keep their order. */
export const ascending = (elements: Float64Array): readonly number[] =>
  [...elements.keys()].toSorted((i, j) => compareDescending(elements[j] ?? 0, elements[i] ?? 0))

/** The position of the first largest element. */
export const argMax = (elements: Float64Array): number =>
  elements.reduce(
    (best, element, i) => (compareDescending(element, elements[best] ?? Number.NaN) < 0 ? i : best),
    0,
  )

/** Replaces the elements along an axis by `f` of all of them, which gives `length` elements. */
export const alongAxis = (
  x: DenseArray,
  axis: number,
  length: number,
  f: (elements: Float64Array) => ArrayLike<number>,
): DenseArray => {
  const size = x.shape[axis] ?? 0
  const inner = elementCount(x.shape.slice(axis + 1))
  const outer = elementCount(x.shape.slice(0, axis))
  const shape = x.shape.map((dim, i) => (i === axis ? length : dim))
  const data = new Float64Array(outer * length * inner)
  const elements = new Float64Array(size)
  for (let o = 0; o < outer; o += 1) {
    for (let i = 0; i < inner; i += 1) {
      for (let k = 0; k < size; k += 1) elements[k] = x.data[(o * size + k) * inner + i] ?? Number.NaN
      const result = f(elements)
      for (let k = 0; k < length; k += 1) data[(o * length + k) * inner + i] = result[k] ?? Number.NaN
    }
  }
  return { shape, data }
}

/** The elements less the largest of them: large elements would swallow the logarithm of a sum, which is small. */
const belowLargest = (elements: Float64Array): Float64Array => {
  const largest = max(elements)
  return Number.isFinite(largest) ? mapElements(elements, (element) => element - largest) : elements
}

export const logSoftmax = (elements: Float64Array): Float64Array => {
  const below = belowLargest(elements)
  const total = logSumExp(below)
  return mapElements(below, (element) => element - total)
}

export const softmax = (elements: Float64Array): Float64Array => {
  const positive = mapElements(belowLargest(elements), Math.exp)
  const total = sum(positive)
  return mapElements(positive, (element) => element / total)
}

/** (x - mean) / sqrt(variance + epsilon) · gain + bias over the last axis (Ba et al. 2016, eq. 3 and 4). */
export const layerNorm = (x: DenseArray, gain: DenseArray, bias: DenseArray, epsilon: number): DenseArray => {
  const last = x.shape.length - 1
  return alongAxis(x, last, x.shape[last] ?? 0, (elements) => {
    const centre = mean(elements)
    const centred = mapElements(elements, (element) => element - centre)
    const variance = mean(mapElements(centred, (element) => element * element))
    const scale = 1 / Math.sqrt(variance + epsilon)
    return mapElements(centred, (element, i) => element * scale * at(gain, i) + at(bias, i))
  })
}
