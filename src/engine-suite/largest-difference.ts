/** The largest differences between two results. */
import type { NamedValues } from '../values/named-values.js'
import { largestMagnitude } from '../values/extremes.js'
import { inSinglePrecision } from '../values/value.js'

export interface LargestDifference {
  /** Of one element; Infinity where one of the two is not finite, or elements are missing. */
  readonly absolute: number
  /** The absolute one as a share of the largest element of its output. */
  readonly relative: number
}

const apart = (a: number, b: number): number => {
  if (Object.is(a, b) || a === b) return 0
  const difference = Math.abs(a - b)
  return Number.isNaN(difference) ? Infinity : difference
}

const ofOne = (found: ArrayLike<number> | undefined, expected: ArrayLike<number>): LargestDifference => {
  if (found?.length !== expected.length) return { absolute: Infinity, relative: Infinity }
  let absolute = 0
  for (let i = 0; i < expected.length; i += 1)
    absolute = Math.max(absolute, apart(found[i] ?? Number.NaN, expected[i] ?? Number.NaN))
  return { absolute, relative: absolute === 0 ? 0 : absolute / largestMagnitude(expected) }
}

/** Over all outputs. */
export const largestDifference = (found: NamedValues, expected: NamedValues): LargestDifference =>
  Object.entries(expected)
    .map(([name, { data }]) => {
      const other = found[name]?.data
      return ofOne(other === undefined ? undefined : inSinglePrecision(other), inSinglePrecision(data))
    })
    .reduce(
      (most, each) => ({
        absolute: Math.max(most.absolute, each.absolute),
        relative: Math.max(most.relative, each.relative),
      }),
      { absolute: 0, relative: 0 },
    )
