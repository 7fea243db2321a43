/** Picking by index: gather and its adjoint, one-hot rows, positions of the largest elements. */
import * as b from '../builder.js'
import { multiplyDims } from '../dim.js'
import { erased } from '../erasure.js'
import type { DType } from '../values/value.js'
import { frontAxis } from './axis.js'
import { dimOf } from './leaf.js'
import { checked } from './signature.js'
import type { HasAxis, ReplaceAxis } from '../shape/axis.js'
import type { Literal } from '../shape/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../shape/dim-argument.js'
import type { ArgMax, TopK } from '../shape/indexing.js'
import type { Tensor } from '../tensor.js'

/**
 * Entries of a table along an axis, which is replaced by the axes of `ids`. An id outside of the axis fails at run
 * time.
 *
 * @example
 * const rows = gather(parameter('table', ['V', 512]), input('ids', ['B', 77], 'i32'), 0) // [B,77,512]
 */
export const gather = <S, D extends DType, Ids extends unknown[], const I extends number>(
  table: Tensor<S, D>,
  ids: Tensor<Ids, 'i32'>,
  axis: I & Literal<HasAxis<S, I>>,
): Tensor<ReplaceAxis<S, I, Ids>, D> =>
  erased(b.gather(table.node, ids.node, frontAxis(axis, table.node.shape.length)))

/** Rows of a table of vectors: `gather` over its first axis. */
export const embedding = <Vocabulary, Width, D extends DType, Ids extends readonly unknown[]>(
  table: Tensor<[Vocabulary, Width], D>,
  ids: Tensor<Ids, 'i32'>,
): Tensor<[...Ids, Width], D> =>
  erased(
    checked(
      'embedding',
      { table: [table, 'vocabulary width', ...anyType] },
      b.gather(table.node, ids.node, 0),
    ),
  )

/**
 * Adds rows to zeros where ids point: the adjoint of `embedding`.
 *
 * @example
 * const counts = scatterAdd(full(['N', 1], 1), input('ids', ['N'], 'i32'), 10) // [10,1]
 */
export const scatterAdd = <
  Ids extends readonly unknown[],
  Width,
  D extends 'f32' | 'i32',
  const Size extends DimLike,
>(
  updates: Tensor<[...Ids, Width], D>,
  ids: Tensor<Ids, 'i32'>,
  size: Size & Literal<LiteralDim<Size>>,
): Tensor<[DimOf<Size>, Width], D> =>
  erased(
    checked(
      'scatterAdd',
      { updates: [updates, '...ids width', 'f32', 'i32'], ids: [ids, '...ids', 'i32'] },
      b.scatterAdd(updates.node, ids.node, 0, dimOf(size)),
    ),
  )

/**
 * 1 at each id, 0 elsewhere, along a new last axis.
 *
 * @example
 * const targets = oneHot(labels, 'K') // [B] makes [B,K]
 */
export const oneHot = <Ids extends readonly unknown[], const K extends DimLike>(
  ids: Tensor<Ids, 'i32'>,
  classes: K & Literal<LiteralDim<K>>,
): Tensor<[...Ids, DimOf<K>]> => {
  const { shape } = ids.node
  const column = b.expandDims(ids.node, shape.length)
  return erased(b.cast(b.equal(column, b.iota([dimOf(classes)], 0)), 'f32'))
}

/** The index of the largest element along an axis, the first of equals. */
export const argMax = <S, D extends 'f32' | 'i32', const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<ArgMax<S, I>>,
): Tensor<ArgMax<S, I>, 'i32'> => erased(b.argMax(x.node, frontAxis(axis, x.node.shape.length)))

/**
 * The largest `k` elements along the last axis, largest first, with their indices; gradients flow to the values.
 *
 * @example
 * const { values, indices } = topK(input('logits', ['B', 10]), 5) // both [B,5]
 */
export const topK = <S, D extends 'f32' | 'i32', const K extends number>(
  x: Tensor<S, D>,
  k: K & Literal<TopK<S, K>>,
): { readonly values: Tensor<TopK<S, K>, D>; readonly indices: Tensor<TopK<S, K>, 'i32'> } => {
  const { node } = x
  const rank = node.shape.length
  const indices = b.topK(node, rank - 1, k)
  const chosen = b.equal(b.expandDims(indices, rank), b.iota([node.shape.at(-1) ?? 1], 0))
  const values = b.sum(b.where(chosen, b.expandDims(node, rank - 1), b.scalarLike(node, 0)), [rank])
  return { values: erased(values), indices: erased(indices) }
}

/**
 * The element of each row at its index: what a classifier's loss picks by the label.
 *
 * @example
 * const logLikelihood = takeAlongAxis(logSoftmax(logits, -1), labels) // [B,K] by [B] makes [B]
 */
export const takeAlongAxis = <Ids extends readonly unknown[], K>(
  x: Tensor<[...Ids, K]>,
  ids: Tensor<NoInfer<Ids>, 'i32'>,
): Tensor<Ids> => {
  const rank = x.node.shape.length
  const chosen = b.equal(b.expandDims(ids.node, rank - 1), b.iota([x.node.shape.at(-1) ?? 1], 0))
  const picked = b.sum(b.where(chosen, x.node, b.scalar(0)), [rank - 1])
  return erased(checked('takeAlongAxis', { x: [x, '...ids k'], ids: [ids, '...ids', 'i32'] }, picked))
}

/**
 * The row of each matrix at its position: [N,T,D] by [N] makes [N,D]. How CLIP reads a text at its end.
 *
 * @example
 * const sentences = takeRow(input('tokens', ['N', 77, 512]), input('end', ['N'], 'i32')) // [N,512]
 */
export const takeRow = <N, T, Width, D extends DType>(
  x: Tensor<[N, T, Width], D>,
  positions: Tensor<[NoInfer<N>], 'i32'>,
): Tensor<[N, Width], D> => {
  const [n = 1, t = 1, d = 1] = x.node.shape
  const starts = b.mul(b.iota([n], 0), b.dimSize(t, 'i32'))
  const rows = b.gather(b.reshape(x.node, [multiplyDims(n, t), d]), b.add(starts, positions.node), 0)
  return erased(checked('takeRow', { x: [x, 'n t d', ...anyType], positions: [positions, 'n', 'i32'] }, rows))
}

const anyType: readonly DType[] = ['f32', 'i32', 'bool']
