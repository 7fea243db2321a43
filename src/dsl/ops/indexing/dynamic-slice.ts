/**
 * Slices whose start is a tensor. As in JAX, a start for which the slice would leave the axis is clamped: to 0, or to the
 * last start at which the slice fits.
 */
import * as b from '../../builder.js'
import type { Dim } from '../../../shapes/dim.js'
import { sameShape, showShape } from '../../../shapes/dim.js'
import { erased } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Node } from '../../primitives/primitive.js'
import { expectAxis, expectSameType, expectType, first } from '../../primitives/shape-checks.js'
import type { HasAxis, SetAxis } from '../../../shapes/axis.js'
import type { Argument, Literal, LiteralOfBoth } from '../../../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../../../shapes/dim-argument.js'
import type { DynamicUpdate } from '../../../shapes/indexing.js'
import type { Slice } from '../../../shapes/layout.js'
import type { Tensor } from '../../tensor.js'
import type { DType } from '../../../values/value.js'
import { frontAxis } from '../axis.js'
import { nodeOf } from '../elementwise.js'
import { dimOf } from '../leaf.js'

/** The start, clamped such that `length` positions fit into an axis of `size`. */
const clamped = (start: Node, size: Dim, length: Dim): Node => {
  const last = b.sub(b.dimSize(size, 'i32'), b.dimSize(length, 'i32'))
  return b.maximum(b.minimum(start, last), b.scalar(0, 'i32'))
}

const isScalarIndex = (op: string, start: Node): string | undefined =>
  start.dtype === 'i32' && start.shape.length === 0
    ? undefined
    : `${op}: the start is an i32 scalar, got ${start.dtype} ${showShape(start.shape)}`

/**
 * `length` positions of an axis from a start that is a tensor, clamped into the axis: JAX's `dynamic_slice_in_dim`.
 *
 * @example
 * const step = input('step', [], 'i32')
 * const window = dynamicSlice(input('tokens', ['T', 512]), step, 0, 64) // [64,512]
 */
export const dynamicSlice = <S, D extends DType, const I extends number, const Length extends DimLike>(
  x: Tensor<S, D>,
  start: Tensor<[], 'i32'>,
  axis: I & Literal<HasAxis<S, I>>,
  length: Length & LiteralOfBoth<LiteralDim<Length>, Slice<S, I, 0, DimOf<Length>>>,
): Tensor<SetAxis<S, I, DimOf<Length>>, D> =>
  erased(taken(x.node, start.node, frontAxis(axis, x.node.shape.length), dimOf(length)))

const taken = (x: Node, start: Node, axis: number, length: Dim): Node => {
  const known = b.slice(x, axis, 0, length)
  const problem = isScalarIndex('dynamicSlice', start)
  if (known.fault !== undefined) return known
  if (problem !== undefined) return faulty('dynamicSlice', problem, [x, start])
  return b.gather(x, b.add(clamped(start, x.shape[axis] ?? 1, length), b.iota([length], 0)), axis)
}

/**
 * A tensor with an update in the place of its positions from a start that is a tensor, clamped such that the update fits:
 * JAX's `dynamic_update_slice_in_dim`. The update has the dims of `x` on all other axes, and at least one position.
 *
 * @example
 * const [cache, key] = [input('cache', ['B', 77, 64]), input('key', ['B', 1, 64])]
 * const next = dynamicUpdateSlice(cache, key, input('step', [], 'i32'), 1) // [B,77,64]
 */
export const dynamicUpdateSlice = <S, Update, D extends DType, const I extends number>(
  x: Tensor<S, D>,
  update: Argument<DynamicUpdate<S, Update, I>, Tensor<Update, D>>,
  start: Tensor<[], 'i32'>,
  axis: I,
): Tensor<S, D> => {
  const at = frontAxis(axis, x.node.shape.length)
  return erased(updated(x.node, nodeOf(update), start.node, at))
}

const updated = (x: Node, update: Node, start: Node, axis: number): Node => {
  const fail = (problem: string): Node => faulty('dynamicUpdateSlice', problem, [x, update, start])
  const [size = 1, length = 1] = [x.shape[axis], update.shape[axis]]
  const problem = first(
    expectAxis(axis, x.shape),
    isScalarIndex('dynamicUpdateSlice', start),
    expectSameType('dynamicUpdateSlice', x, update),
    expectType('dynamicUpdateSlice', x, 'f32', 'i32', 'bool'),
    sameShape(x.shape.toSpliced(axis, 1), update.shape.toSpliced(axis, 1)) &&
      x.shape.length === update.shape.length
      ? undefined
      : `dynamicUpdateSlice axis ${axis}: ${showShape(x.shape)} and update ${showShape(update.shape)} differ off that axis`,
  )
  if (problem !== undefined) return fail(problem)
  const known = b.slice(x, axis, 0, length)
  if (known.fault !== undefined) return known
  if (length === 0) return x
  const zero = b.scalar(0, 'i32')
  const place = b.sub(b.iota([size], 0), clamped(start, size, length))
  const end = b.dimSize(length, 'i32')
  const inside = b.and(b.lessEqual(zero, place), b.less(place, end))
  const spread = b.gather(update, b.where(inside, place, zero), axis)
  return b.where(b.reshape(inside, [size, ...x.shape.slice(axis + 1).map(() => 1)]), spread, x)
}
