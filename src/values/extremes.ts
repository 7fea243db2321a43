/** The extremes of lists of any length. Spread into arguments, a long list overflows the stack. */

/** The largest number of a list; -Infinity of an empty one, NaN where one is NaN. */
export const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY)

/** The smallest number of a list; Infinity of an empty one, NaN where one is NaN. */
export const smallest = (numbers: readonly number[]): number =>
  numbers.reduce((least, x) => Math.min(least, x), Number.POSITIVE_INFINITY)
