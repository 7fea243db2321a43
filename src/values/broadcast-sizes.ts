/** Numpy broadcasting of sizes: shapes are aligned at the last axis, and an axis of size 1 is stretched. */
import { largest } from './extremes.js'

/** The shape to which all of these shapes broadcast, of numbers or of symbols. They are known to fit together. */
export const broadcastSizes = <D extends number | string>(
  ...shapes: readonly (readonly D[])[]
): readonly (D | 1)[] => {
  const rank = largest(shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[shape.length - rank + axis] ?? 1)
    return sizes.find((size) => size !== 1) ?? 1
  })
}
