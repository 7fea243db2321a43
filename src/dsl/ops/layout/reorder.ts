/** The positions of an axis in another order: any, backwards, or moved around its end. */
import * as b from '../../builder.js'
import { showShape } from '../../../shapes/dim.js'
import { erased } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { HasAxis } from '../../../shapes/axis.js'
import type { Node } from '../../primitives/primitive.js'
import type { Literal } from '../../../shapes/decide.js'
import type { Tensor } from '../../tensor.js'
import type { DType } from '../../../values/value.js'
import { frontAxis } from '../axis.js'

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

/**
 * The positions of an axis in reverse order.
 *
 * @example
 * const mirrored = flip(input('images', ['B', 3, 224, 224]), -1)
 */
export const flip = <S, D extends DType, const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
): Tensor<S, D> => {
  const { node } = x
  const at = frontAxis(axis, node.shape.length)
  const size = node.shape[at] ?? 1
  const last = b.sub(b.dimSize(size, 'i32'), b.scalar(1, 'i32'))
  return erased(b.gather(node, b.sub(last, b.iota([size], 0)), at))
}

/**
 * Position i of an axis moved to position i + shift; those moved beyond its end come in at its start, as numpy's `roll`. The
 * shift may be negative, and larger than the axis.
 *
 * @example
 * const delayed = roll(input('signal', ['B', 'L']), 1, 1)
 */
export const roll = <S, D extends DType, const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  shift: number,
): Tensor<S, D> => erased(rolled(x.node, frontAxis(axis, x.node.shape.length), shift))

const rolled = (x: Node, axis: number, shift: number): Node => {
  const size = x.shape[axis]
  if (!Number.isSafeInteger(shift))
    return faulty('roll', `roll: the shift ${shift} is not a whole number`, [x])
  if (typeof size === 'number' && size > 0) {
    const moved = ((shift % size) + size) % size
    return moved === 0
      ? x
      : b.concat([b.slice(x, axis, size - moved, moved), b.slice(x, axis, 0, size - moved)], axis)
  }
  const length = size ?? 1
  const from = b.sub(b.iota([length], 0), b.scalar(shift, 'i32'))
  return b.gather(x, b.mod(from, b.dimSize(length, 'i32')), axis)
}
