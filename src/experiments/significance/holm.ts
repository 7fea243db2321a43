/** Holm's correction of p-values for the number of tests (Holm 1979, "A simple sequentially rejective multiple test procedure"). Pure. */

/**
 * Adjusted p-values, in the order of those given: those at most α are significant, with a chance of at most α that any of them is
 * so by accident.
 *
 * @example
 * holmAdjusted([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export const holmAdjusted = (pValues: readonly number[]): readonly number[] => {
  const order = pValues.map((p, place) => ({ p, place })).toSorted((a, b) => a.p - b.p)
  const adjusted = Array.from(pValues, () => 1)
  let most = 0
  for (const [rank, { p, place }] of order.entries()) {
    most = Math.max(most, Math.min(1, (pValues.length - rank) * p))
    adjusted[place] = most
  }
  return adjusted
}
