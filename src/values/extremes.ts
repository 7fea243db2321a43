/** The extremes of lists of any length. Spread into arguments, a long list overflows the stack. */

/** The largest number of a list; -Infinity of an empty one, NaN where one is NaN. */
export const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY)

/** The smallest number of a list; Infinity of an empty one, NaN where one is NaN. */
export const smallest = (numbers: readonly number[]): number =>
  numbers.reduce((least, x) => Math.min(least, x), Number.POSITIVE_INFINITY)

/** The largest absolute value among the finite numbers of a list; 0 if it has none. */
export const largestMagnitude = (numbers: ArrayLike<number>): number => {
  let most = 0
  for (let i = 0; i < numbers.length; i += 1) {
    const magnitude = Math.abs(numbers[i] ?? 0)
    if (Number.isFinite(magnitude)) most = Math.max(most, magnitude)
  }
  return most
}
