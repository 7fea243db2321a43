/** Comparing tensors with expected ones: the rows of a parity table. */
import type { TensorValue } from '../../values/value.js'

/** One line of a parity table. */
export interface ParityRow {
  readonly name: string
  readonly maxAbsDiff: number
  /** Largest magnitude of the expected tensor. */
  readonly scale: number
  readonly allowed: number
  readonly ok: boolean
}

/** The largest difference allowed: `relative` times the largest magnitude expected, plus `absolute`. */
export interface ParityTolerance {
  readonly relative: number
  readonly absolute: number
}

const largest = (values: Iterable<number>): number => {
  let found = 0
  for (const value of values) {
    const magnitude = Math.abs(value)
    if (magnitude > found || Number.isNaN(magnitude)) found = magnitude
    if (Number.isNaN(found)) return found
  }
  return found
}

/** Compares element by element; NaN anywhere is not ok. */
export const compareNumbers = (
  name: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute }: ParityTolerance,
): ParityRow => {
  const differences = Array.from(expected, (value, i) => (actual[i] ?? Number.NaN) - value)
  const scale = largest(Array.from(expected))
  const maxAbsDiff = actual.length === expected.length ? largest(differences) : Number.NaN
  const allowed = relative * scale + absolute
  return { name, maxAbsDiff, scale, allowed, ok: maxAbsDiff <= allowed }
}

export const compareTensors = (
  name: string,
  actual: TensorValue,
  expected: TensorValue,
  tolerance: ParityTolerance,
): ParityRow => compareNumbers(name, actual.data, expected.data, tolerance)
