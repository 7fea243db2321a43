/** Parts of a tensor along an axis, and their inverse: padding. */
import * as b from '../builder.js'
import { divideDims, multiplyDims } from '../dim.js'
import { erased, erasedList } from '../erasure.js'
import * as E from 'fp-ts/lib/Either.js'
import { faulty } from '../node.js'
import type { AddDims, DivideDims } from '../shape/dim-arithmetic.js'
import type { DType } from '../value.js'
import { frontAxis } from './axis.js'
import { dimOf } from './leaf.js'
import type { DimAt, DropAxis, SetAxis } from '../shape/axis.js'
import type { Literal } from '../shape/decide.js'
import type { DimLike, DimOf } from '../shape/dim-argument.js'
import type { ShapeError, Tensor } from '../tensor.js'

/**
 * `length` positions of an axis from `start` on.
 *
 * @example
 * const patches = slice(input('tokens', ['B', 197, 768]), 1, 1, 196) // [B,196,768]
 */
export const slice = <S, D extends DType, const I extends number, const Length extends DimLike>(
  x: Tensor<S, D>,
  axis: I & Literal<DropAxis<S, I>>,
  start: DimLike,
  length: Length,
): Tensor<SetAxis<S, I, DimOf<Length>>, D> =>
  erased(b.slice(x.node, frontAxis(axis, x.node.shape.length), dimOf(start), dimOf(length)))

/**
 * One position of an axis, which is dropped.
 *
 * @example
 * const classToken = select(input('tokens', ['B', 197, 768]), 1, 0) // [B,768]
 */
export const select = <S, D extends DType, const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<DropAxis<S, I>>,
  index: number,
): Tensor<DropAxis<S, I>, D> => {
  const at = frontAxis(axis, x.node.shape.length)
  return erased(b.dropAxis(b.slice(x.node, at, index, 1), at))
}

type Divisible<S, I extends number, N extends number> =
  DivideDims<DimAt<S, I>, N> extends ShapeError<infer Why> ? ShapeError<Why> : []

/**
 * An axis cut into `parts` equal ones.
 *
 * @example
 * const [queries, keys, values] = split(input('projected', ['B', 77, 1536]), -1, 3) // three [B,77,512]
 */
export const split = <S, D extends DType, const I extends number, const N extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<DropAxis<S, I>>,
  parts: N & Literal<Divisible<S, I, N>>,
): TupleOf<N, Tensor<SetAxis<S, I, DivideDims<DimAt<S, I>, N>>, D>> => {
  const at = frontAxis(axis, x.node.shape.length)
  const length = divideDims(x.node.shape[at] ?? Number.NaN, parts)
  return erasedList(
    Array.from({ length: parts }, (_, i) =>
      E.isRight(length)
        ? b.slice(x.node, at, multiplyDims(length.right, i), length.right)
        : faulty('split', length.left, [x.node]),
    ),
  )
}

type TupleOf<N extends number, Element, Result extends readonly Element[] = []> = Result['length'] extends N
  ? Result
  : TupleOf<N, Element, readonly [...Result, Element]>

/**
 * `before` positions in front of an axis and `after` behind it, filled with a value.
 *
 * @example
 * const padded = pad(input('tokens', ['B', 'L', 512]), 1, 0, 5) // [B,'L+5',512]
 */
export const pad = <
  S,
  D extends DType,
  const I extends number,
  const Before extends number,
  const After extends number,
>(
  x: Tensor<S, D>,
  axis: I & Literal<DropAxis<S, I>>,
  before: Before,
  after: After,
  value = 0,
): Tensor<SetAxis<S, I, AddDims<AddDims<Before, DimAt<S, I>>, After>>, D> =>
  erased(b.pad(x.node, frontAxis(axis, x.node.shape.length), before, after, value))
