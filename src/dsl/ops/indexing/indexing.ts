/** Taking elements by index, adding to them by index, and finding the index of the largest. */
import * as b from '../../builder.js'
import { multiplyDims, showShape } from '../../../shapes/dim.js'
import { erased } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Node } from '../../primitives/primitive.js'
import type { DType } from '../../../values/value.js'
import { frontAxis } from '../axis.js'
import { nodeOf } from '../elementwise.js'
import { dimOf } from '../leaf.js'
import { checked } from '../signature.js'
import type { HasAxis, ReplaceAxis } from '../../../shapes/axis.js'
import type { Argument, Literal, LiteralOfBoth } from '../../../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../../../shapes/dim-argument.js'
import type { ArgExtreme, Scatter, TakeAlongAxis, TopK } from '../../../shapes/indexing.js'
import type { Tensor } from '../../tensor.js'

/**
 * The entries of a tensor that indices name along an axis; the axes of `indices` take the place of that axis, as numpy's
 * `take`. An index outside of the axis fails at run time.
 *
 * @example
 * const rows = gather(parameter('table', ['V', 512]), input('indices', ['B', 77], 'i32'), 0) // [B,77,512]
 */
export const gather = <S, D extends DType, Indices extends unknown[], const I extends number>(
  x: Tensor<S, D>,
  indices: Tensor<Indices, 'i32'>,
  axis: I & Literal<HasAxis<S, I>>,
): Tensor<ReplaceAxis<S, I, Indices>, D> =>
  erased(b.gather(x.node, indices.node, frontAxis(axis, x.node.shape.length)))

/**
 * Rows of a table of vectors: `gather` along its first axis. An index outside of the table fails at run time.
 *
 * @example
 * const tokens = embedding(parameter('table', ['V', 512]), input('tokens', ['B', 77], 'i32')) // [B,77,512]
 */
export const embedding = <Vocabulary, Width, D extends DType, Indices extends readonly unknown[]>(
  table: Tensor<[Vocabulary, Width], D>,
  indices: Tensor<Indices, 'i32'>,
): Tensor<[...Indices, Width], D> =>
  erased(
    checked(
      'embedding',
      { table: [table, 'vocabulary width', ...anyType] },
      b.gather(table.node, indices.node, 0),
    ),
  )

/**
 * Zeros of `size` positions along an axis, to which the updates are added where the indices point: the adjoint of
 * `gather` along that axis. The updates have the axes of `indices` in its place. Updates whose index is equal are summed;
 * an index outside of the axis fails at run time.
 *
 * @example
 * const counts = scatterAdd(full(['N', 1], 1), input('classes', ['N'], 'i32'), 0, 10) // [10,1]
 */
export const scatterAdd = <
  Updates,
  Indices extends readonly unknown[],
  D extends 'f32' | 'i32',
  const I extends number,
  const Size extends DimLike,
>(
  updates: Tensor<Updates, D>,
  indices: Tensor<Indices, 'i32'>,
  axis: I & Literal<Scatter<'scatterAdd', Updates, Indices, I, DimOf<Size>>>,
  size: Size & Literal<LiteralDim<Size>>,
): Tensor<Scatter<'scatterAdd', Updates, Indices, I, DimOf<Size>>, D> => {
  const rank = updates.node.shape.length - indices.node.shape.length + 1
  return erased(b.scatterAdd(updates.node, indices.node, frontAxis(axis, rank), dimOf(size)))
}

/**
 * 1 at each index, 0 elsewhere, along a new last axis of `classes` positions. An index outside of them has a row of zeros.
 *
 * @example
 * const targets = oneHot(labels, 'K') // [B] makes [B,K]
 */
export const oneHot = <Indices extends readonly unknown[], const K extends DimLike>(
  indices: Tensor<Indices, 'i32'>,
  classes: K & Literal<LiteralDim<K>>,
): Tensor<[...Indices, DimOf<K>]> => {
  const { shape } = indices.node
  const column = b.expandDims(indices.node, shape.length)
  return erased(b.cast(b.equal(column, b.iota([dimOf(classes)], 0)), 'f32'))
}

/**
 * The index of the largest element along an axis, which is dropped; the first one of several that are equal. An axis that
 * is known to be empty does not compile.
 *
 * @example
 * const predicted = argMax(input('logits', ['B', 10]), 1) // [B]
 */
export const argMax = <S, D extends 'f32' | 'i32', const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<ArgExtreme<'argMax', S, I>>,
): Tensor<ArgExtreme<'argMax', S, I>, 'i32'> => erased(b.argMax(x.node, frontAxis(axis, x.node.shape.length)))

/**
 * The index of the smallest element along an axis, which is dropped; the first one of several that are equal. An axis that
 * is known to be empty does not compile.
 *
 * @example
 * const nearest = argMin(input('distances', ['B', 10]), 1) // [B]
 */
export const argMin = <S, D extends 'f32' | 'i32', const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<ArgExtreme<'argMin', S, I>>,
): Tensor<ArgExtreme<'argMin', S, I>, 'i32'> => {
  const { node } = x
  const at = frontAxis(axis, node.shape.length)
  // -1 - x: the negative of the smallest i32 would be itself.
  const mirrored = node.dtype === 'i32' ? b.sub(b.scalar(-1, 'i32'), node) : b.neg(node)
  return erased(
    node.shape[at] === 0
      ? faulty('argMin', `argMin: axis ${at} of ${showShape(node.shape)} is empty`, [node])
      : b.argMax(mirrored, at),
  )
}

/**
 * The `k` largest elements along an axis, the largest first, and their indices. Gradients flow to the values.
 *
 * A `k` of 0, or of more elements than the axis is known to have, does not compile.
 *
 * @example
 * const { values, indices } = topK(input('logits', ['B', 10]), 5, 1) // both [B,5]
 */
export const topK = <S, D extends 'f32' | 'i32', const K extends number, const I extends number>(
  x: Tensor<S, D>,
  k: K & LiteralOfBoth<HasAxis<S, I>, TopK<S, K, I>>,
  axis: I,
): { readonly values: Tensor<TopK<S, K, I>, D>; readonly indices: Tensor<TopK<S, K, I>, 'i32'> } => {
  const { node } = x
  const at = frontAxis(axis, node.shape.length)
  const indices = b.topK(node, at, k)
  const values = indices.fault === undefined ? b.takeAlongAxis(node, indices, at) : indices
  return { values: erased(values), indices: erased(indices) }
}

/**
 * The elements that indices name along an axis, for each position of the other axes by itself, as numpy's and JAX's
 * `take_along_axis`: `result[i][j] = x[i][indices[i][j]]` along axis 1. The indices have the rank of `x`, and its dims on
 * all other axes; they do not broadcast. The result has the shape of `indices`.
 *
 * An index outside of the axis gives 0 (false). An axis without positions, of which an element is taken, fails at run time.
 *
 * @example
 * const order = input('order', ['B', 5], 'i32')
 * const chosen = takeAlongAxis(input('scores', ['B', 100]), order, 1) // [B,5]
 */
export const takeAlongAxis = <S, Indices, D extends DType, const I extends number>(
  x: Tensor<S, D>,
  indices: Argument<TakeAlongAxis<S, Indices, I>, Tensor<Indices, 'i32'>>,
  axis: I,
): Tensor<Indices, D> => {
  const [node, chosen] = [x.node, nodeOf(indices)]
  const at = frontAxis(axis, node.shape.length)
  return erased(takenInside(node, chosen, at))
}

/** The elements at indices inside of the axis, 0 at others. */
const takenInside = (x: Node, indices: Node, axis: number): Node => {
  const known = b.takeAlongAxis(x, indices, axis)
  if (known.fault !== undefined) return known
  const zero = b.scalar(0, 'i32')
  const end = b.dimSize(x.shape[axis] ?? 1, 'i32')
  const inside = b.and(b.lessEqual(zero, indices), b.less(indices, end))
  return b.where(inside, b.takeAlongAxis(x, b.where(inside, indices, zero), axis), b.scalarLike(x, 0))
}

/**
 * The element of each row at its index, along the last axis: the likelihood of the label in a classifier's loss. An index
 * outside of the row gives 0.
 *
 * The same as `squeeze(takeAlongAxis(x, expandDims(indices, -1), -1), -1)`.
 *
 * @example
 * const logLikelihood = takeElement(logSoftmax(logits, -1), labels) // [B,K] by [B] makes [B]
 */
export const takeElement = <Batch extends readonly unknown[], K>(
  x: Tensor<[...Batch, K]>,
  indices: Tensor<NoInfer<Batch>, 'i32'>,
): Tensor<Batch> => {
  const rows = checked('takeElement', { x: [x, '...batch k'], indices: [indices, '...batch', 'i32'] }, x.node)
  const last = rows.shape.length - 1
  return erased(
    rows.fault === undefined
      ? b.dropAxis(takenInside(rows, b.expandDims(indices.node, last), last), last)
      : rows,
  )
}

/**
 * The row of each matrix at its index: how CLIP reads a text at its end. An index outside of the matrix is an error of the
 * caller: it takes a row of another matrix, or fails at run time.
 *
 * @example
 * const sentences = takeRow(input('tokens', ['N', 77, 512]), input('end', ['N'], 'i32')) // [N,512]
 */
export const takeRow = <N, T, Width, D extends DType>(
  x: Tensor<[N, T, Width], D>,
  indices: Tensor<[NoInfer<N>], 'i32'>,
): Tensor<[N, Width], D> => {
  const [n = 1, t = 1, d = 1] = x.node.shape
  const starts = b.mul(b.iota([n], 0), b.dimSize(t, 'i32'))
  const rows = b.gather(b.reshape(x.node, [multiplyDims(n, t), d]), b.add(starts, indices.node), 0)
  return erased(checked('takeRow', { x: [x, 'n t d', ...anyType], indices: [indices, 'n', 'i32'] }, rows))
}

const anyType: readonly DType[] = ['f32', 'i32', 'bool']
