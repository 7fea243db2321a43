/** Comparing tensors with expected ones: the rows of a parity table. */
import { largest } from '../../values/extremes.js'
import type { TensorValue } from '../../values/value.js'

/** One line of a parity table. */
export interface ParityRow {
  readonly name: string
  /** The difference of the element that is nearest to what it is allowed, or furthest above it. */
  readonly maxAbsDiff: number
  /** Largest magnitude of the expected tensor. */
  readonly scale: number
  /** What this element is allowed. */
  readonly allowed: number
  readonly ok: boolean
}

/** The largest difference allowed: `relative` times the largest magnitude expected, plus `absolute`. */
export interface ParityTolerance {
  readonly relative: number
  readonly absolute: number
}

/** The largest magnitude; NaN where one is NaN. */
export const largestMagnitude = (values: ArrayLike<number>): number =>
  largest(Array.from(values, Math.abs).concat(0))

/** The part of its allowance that a difference takes. */
const taken = (difference: number, allowed: number): number => (difference === 0 ? 0 : difference / allowed)

/**
 * Compares element by element; NaN anywhere is not ok. `extra` allows single elements more than the tolerance. The row shows the
 * element whose difference takes the largest part of what it is allowed.
 */
export const compareNumbers = (
  name: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute }: ParityTolerance,
  extra: ArrayLike<number> = [],
): ParityRow => {
  const scale = largestMagnitude(expected)
  const allowances = Array.from(expected, (_, i) => relative * scale + absolute + (extra[i] ?? 0))
  const differences = Array.from(expected, (value, i) => Math.abs((actual[i] ?? Number.NaN) - value))
  const parts = differences.map((difference, i) => taken(difference, allowances[i] ?? 0))
  const most = largest(parts)
  const worst = parts.findIndex((part) => Object.is(part, most))
  const maxAbsDiff = actual.length === expected.length ? (differences[worst] ?? 0) : Number.NaN
  const allowed = allowances[worst] ?? absolute
  return { name, maxAbsDiff, scale, allowed, ok: maxAbsDiff <= allowed }
}

export const compareTensors = (
  name: string,
  actual: TensorValue,
  expected: TensorValue,
  tolerance: ParityTolerance,
  extra?: ArrayLike<number>,
): ParityRow => compareNumbers(name, actual.data, expected.data, tolerance, extra)
