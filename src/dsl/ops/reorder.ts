/** The positions of an axis in another order. */
import * as b from '../builder.js'
import { showShape } from '../dim.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { HasAxis } from '../shape/axis.js'
import type { Literal } from '../shape/decide.js'
import type { Tensor } from '../tensor.js'
import type { DType } from '../values/value.js'
import { frontAxis } from './axis.js'

const isPermutation = (order: readonly number[]): boolean =>
  order.toSorted((a, z) => a - z).every((position, i) => position === i)

/**
 * Position i of the result's axis is position `order[i]` of the operand's; each is there once. The axis has a size that
 * is known, not a symbol.
 *
 * @example
 * const backwards = reorder(input('x', [3, 512]), 0, [2, 1, 0])
 */
export const reorder = <S, D extends DType, const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  order: readonly number[],
): Tensor<S, D> => {
  const { node } = x
  const at = frontAxis(axis, node.shape.length)
  if (order.length !== node.shape[at] || !isPermutation(order)) {
    const problem = `reorder: [${order.join(',')}] is not an order of axis ${axis} of ${showShape(node.shape)}`
    return erased(faulty('reorder', problem, [node]))
  }
  return order.every((position, i) => position === i)
    ? erased(node)
    : erased(b.gather(node, b.literal(order, [order.length], 'i32'), at))
}
