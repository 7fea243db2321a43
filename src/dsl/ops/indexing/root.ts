/** Square roots that are differentiable at 0. */
import * as b from '../../builder.js'
import type { Node } from '../../primitives/primitive.js'

/** √x, with gradient 0 in place of infinity where x is 0. */
export const rootFromZero = (x: Node): Node => {
  const isZero = b.equal(x, b.scalarLike(x, 0))
  return b.where(isZero, b.scalarLike(x, 0), b.sqrt(b.where(isZero, b.scalarLike(x, 1), x)))
}
