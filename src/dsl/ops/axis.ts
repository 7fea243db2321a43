/** Axes at run time: -1 is the last. */
import type { Shape } from '../dim.js'
import { showShape } from '../dim.js'
import { expectAxis } from '../primitives/shape-checks.js'

/** An axis counted from the front; one that does not exist stays as it is, for the shape rule to name. */
export const frontAxis = (axis: number, rank: number): number =>
  axis < 0 && axis + rank >= 0 ? axis + rank : axis

/** Where a new axis is to stand, counted from the front: -1 is behind the last. Else what is wrong with it. */
export const newAxis = (axis: number, shape: Shape): number | string => {
  const at = axis < 0 ? axis + shape.length + 1 : axis
  return expectAxis(at, [...shape, 1]) === undefined ? at : `axis ${axis} is not in ${showShape(shape)}`
}
