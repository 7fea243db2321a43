/** Slices of a tensor replaced, or compared with a maximum, where indices point. Sums are in `indexing.ts`. */
import * as b from '../../builder.js'
import { productOfDims, sameShape, showShape } from '../../../shapes/dim.js'
import { erased } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Node } from '../../primitives/primitive.js'
import { expectAxis, expectSameType, expectType, first } from '../../primitives/shape-checks.js'
import type { Argument, Literal } from '../../../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../../../shapes/dim-argument.js'
import type { Scatter, ScatterOnto } from '../../../shapes/indexing.js'
import type { Tensor } from '../../tensor.js'
import type { DType } from '../../../values/value.js'
import { frontAxis } from '../axis.js'
import { nodeOf } from '../elementwise.js'
import { dimOf } from '../leaf.js'

/**
 * A tensor whose slices along an axis are replaced by updates where indices point; the updates have the axes of `indices`
 * in the place of that axis, as the result of `gather` has. Of several updates for one position the last one counts, in
 * row-major order of the indices, on every engine. Gradients flow to the updates that count and to the slices that stay.
 *
 * An index outside of the axis fails at run time.
 *
 * @example
 * const [cache, keys] = [input('cache', ['T', 64]), input('keys', [2, 64])]
 * const filled = scatter(cache, keys, input('at', [2], 'i32'), 0) // [T,64]
 */
export const scatter = <S, Updates, Indices extends unknown[], D extends DType, const I extends number>(
  x: Tensor<S, D>,
  updates: Argument<ScatterOnto<S, Updates, Indices, I>, Tensor<Updates, D>>,
  indices: Tensor<Indices, 'i32'>,
  axis: I,
): Tensor<S, D> => {
  const at = frontAxis(axis, x.node.shape.length)
  return erased(replaced(x.node, nodeOf(updates), indices.node, at))
}

const replaced = (x: Node, updates: Node, indices: Node, axis: number): Node => {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const wanted = [...before, ...indices.shape, ...after]
  const problem = first(
    expectAxis(axis, x.shape),
    expectType('scatter: indices', indices, 'i32'),
    expectSameType('scatter', x, updates),
    sameShape(updates.shape, wanted)
      ? undefined
      : `scatter: updates are ${showShape(updates.shape)}, not ${showShape(wanted)}`,
  )
  if (problem !== undefined) return faulty('scatter', problem, [x, updates, indices])
  const count = productOfDims(indices.shape)
  if (count === 0) return x
  const size = x.shape[axis] ?? 1
  const order = b.reshape(b.iota([count], 0), indices.shape)
  const last = b.scatterMax(order, indices, 0, size, -1)
  const chosen = b.gather(
    b.reshape(updates, [...before, count, ...after]),
    b.maximum(last, b.scalar(0, 'i32')),
    axis,
  )
  const isReplaced = b.lessEqual(b.scalar(0, 'i32'), last)
  return b.where(b.reshape(isReplaced, [size, ...after.map(() => 1)]), chosen, x)
}

/**
 * The largest update that points to each of `size` positions along an axis: -Infinity (-2^31 for i32) where none does. The
 * updates have the axes of `indices` in the place of the axis. A gradient goes to the largest update of a position, in equal
 * parts where several are equal.
 *
 * An index outside of the axis fails at run time.
 *
 * @example
 * const largest = scatterMax(input('scores', ['N', 8]), input('groups', ['N'], 'i32'), 0, 'K') // [K,8]
 */
export const scatterMax = <
  Updates,
  Indices extends readonly unknown[],
  D extends 'f32' | 'i32',
  const I extends number,
  const Size extends DimLike,
>(
  updates: Tensor<Updates, D>,
  indices: Tensor<Indices, 'i32'>,
  axis: I & Literal<Scatter<'scatterMax', Updates, Indices, I, DimOf<Size>>>,
  size: Size & Literal<LiteralDim<Size>>,
): Tensor<Scatter<'scatterMax', Updates, Indices, I, DimOf<Size>>, D> => {
  const rank = updates.node.shape.length - indices.node.shape.length + 1
  return erased(b.scatterMax(updates.node, indices.node, frontAxis(axis, rank), dimOf(size)))
}
