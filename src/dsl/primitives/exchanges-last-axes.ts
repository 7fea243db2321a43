/** Whether an order of axes differs from the usual one in the last two alone, which are exchanged. */
export const exchangesLastAxes = (permutation: readonly number[]): boolean => {
  const rank = permutation.length
  return (
    rank >= 2 &&
    permutation.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i))
  )
}
