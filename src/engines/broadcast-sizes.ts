/** Sizes under numpy broadcasting. */

export const sameSizes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])

/** Numpy broadcasting of sizes that are known to fit. */
export const broadcastSizes = (...shapes: readonly (readonly number[])[]): readonly number[] => {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) =>
    shapes.reduce((size, shape) => {
      const own = shape[axis - rank + shape.length] ?? 1
      return size === 1 ? own : size
    }, 1),
  )
}
