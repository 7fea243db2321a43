import * as b from '../builder.js'
import type { Node } from './primitive.js'

/**
 * What is subtracted before elements are exponentiated, so that none overflows: the largest along the axes, which are kept
 * with size 1, or 0 where it is not finite. A result that does not depend on the shift has no gradient through it.
 */
export const exponentialShift = (x: Node, axes: readonly number[]): Node => {
  const largest = b.stopGradient(b.max(x, axes, true))
  return b.where(b.less(b.abs(largest), b.scalarLike(x, Infinity)), largest, b.scalarLike(x, 0))
}
