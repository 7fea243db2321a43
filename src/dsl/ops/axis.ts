/** Axes at run time: -1 is the last. */
import type { Shape } from '../../shapes/dim.js'
import { showShape } from '../../shapes/dim.js'
import { expectAxis } from '../primitives/shape-checks.js'

/** The axis counted from the front. One that does not exist is returned unchanged; the shape rule rejects and names it. */
export const frontAxis = (axis: number, rank: number): number =>
  axis < 0 && axis + rank >= 0 ? axis + rank : axis

/** The place of a new axis, counted from the front; -1 is after the last. A sentence where there is no such place. */
export const newAxis = (axis: number, shape: Shape): number | string => {
  const at = axis < 0 ? axis + shape.length + 1 : axis
  return expectAxis(at, [...shape, 1]) === undefined ? at : `axis ${axis} is not in ${showShape(shape)}`
}
