/** Cumulative sums and maxima and linear recurrences: element by element along an axis. */
import type { DenseArray } from './array.js'
import { at } from './array.js'
import { elementCount } from '../../values/value.js'

interface Direction {
  readonly axis: number
  readonly reverse: boolean
  /** Whether each position holds what was found before it, without its own element. */
  readonly exclusive?: boolean
}

/** Computes what is found at each position of an axis from its flat position and what was found before it. */
const sequence = (
  shape: readonly number[],
  { axis, reverse, exclusive = false }: Direction,
  start: number,
  next: (found: number, flat: number) => number,
): DenseArray => {
  const size = shape[axis] ?? 0
  const inner = elementCount(shape.slice(axis + 1))
  const outer = elementCount(shape.slice(0, axis))
  const data = new Float64Array(elementCount(shape))
  for (let o = 0; o < outer; o += 1) {
    for (let i = 0; i < inner; i += 1) {
      let found = start
      for (let step = 0; step < size; step += 1) {
        const flat = (o * size + (reverse ? size - 1 - step : step)) * inner + i
        const before = found
        found = next(before, flat)
        data[flat] = exclusive ? before : found
      }
    }
  }
  return { shape, data }
}

/** The sums of the elements up to each position. */
export const cumsum = (x: DenseArray, direction: Direction): DenseArray =>
  sequence(x.shape, direction, 0, (sum, flat) => sum + at(x, flat))

/** The largest element up to each position; NaN from the first NaN on. */
export const cummax = (x: DenseArray, direction: Direction): DenseArray =>
  sequence(x.shape, direction, -Infinity, (largest, flat) => Math.max(largest, at(x, flat)))

/** h_t = a_t h_{t-1} + x_t. */
export const linearRecurrence = (decay: DenseArray, x: DenseArray, direction: Direction): DenseArray =>
  sequence(x.shape, direction, 0, (h, flat) => at(decay, flat) * h + at(x, flat))
