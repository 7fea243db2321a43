/** Parts of a tensor along an axis, and their inverse: padding. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../../builder.js'
import { divideDims, multiplyDims, showShape } from '../../../shapes/dim.js'
import { erased, erasedList } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Node } from '../../primitives/primitive.js'
import { expectAxis, expectDims } from '../../primitives/shape-checks.js'
import type { DropAxis, HasAxis, SetAxis } from '../../../shapes/axis.js'
import type { Fits, Literal, LiteralOfBoth } from '../../../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../../../shapes/dim-argument.js'
import type { Pad, Position, Select, Slice, Split } from '../../../shapes/layout.js'
import type { Tensor } from '../../tensor.js'
import type { DType } from '../../../values/value.js'
import { frontAxis } from '../axis.js'
import { dimOf } from '../leaf.js'

/**
 * `length` positions of an axis from `start` on; they lie inside of the axis.
 *
 * @example
 * const patches = slice(input('tokens', ['B', 197, 768]), 1, 1, 196) // [B,196,768]
 */
export const slice = <
  S,
  D extends DType,
  const I extends number,
  const Start extends DimLike,
  const Length extends DimLike,
>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  start: Start & Literal<Position<Start>>,
  length: Length & LiteralOfBoth<LiteralDim<Length>, Slice<S, I, DimOf<Start>, DimOf<Length>>>,
): Tensor<SetAxis<S, I, DimOf<Length>>, D> =>
  erased(b.slice(x.node, frontAxis(axis, x.node.shape.length), dimOf(start), dimOf(length)))

/**
 * One position of an axis, which is dropped.
 *
 * @example
 * const classToken = select(input('tokens', ['B', 197, 768]), 1, 0) // [B,768]
 */
export const select = <S, D extends DType, const I extends number, const Index extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  index: Index & Literal<Select<S, I, Index>>,
): Tensor<DropAxis<S, I>, D> => erased(selected(x.node, frontAxis(axis, x.node.shape.length), index))

const selected = (x: Node, axis: number, index: number): Node => {
  const size = x.shape[axis]
  const inside = Number.isInteger(index) && index >= 0 && !(typeof size === 'number' && index >= size)
  return inside || size === undefined
    ? b.dropAxis(b.slice(x, axis, index, 1), axis)
    : faulty('select', `select: index ${index} is not in axis ${axis} of ${showShape(x.shape)}`, [x])
}

/**
 * An axis cut into `parts` equal ones.
 *
 * @example
 * const [queries, keys, values] = split(input('projected', ['B', 77, 1536]), -1, 3) // three [B,77,512]
 */
export const split = <S, D extends DType, const I extends number, const N extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  parts: N & Literal<Split<S, I, N>>,
): Parts<N, Tensor<Split<S, I, N>, D>> =>
  erasedList(equalParts(x.node, frontAxis(axis, x.node.shape.length), parts))

const equalParts = (x: Node, axis: number, parts: number): readonly Node[] => {
  const malformed = expectAxis(axis, x.shape) ?? expectDims([parts])
  const length = malformed === undefined ? divideDims(x.shape[axis] ?? 1, parts) : E.left(malformed)
  return E.isRight(length)
    ? Array.from({ length: parts }, (_, i) => b.slice(x, axis, multiplyDims(length.right, i), length.right))
    : Array.from({ length: Math.max(parts, 1) }, () =>
        faulty('split', malformed ?? `split: ${length.left}`, [x]),
      )
}

/** A tuple if N is a literal size, else an array. */
export type Parts<N extends number, Element> =
  LiteralDim<N> extends Fits ? TupleOf<N, Element> : readonly Element[]

type TupleOf<N extends number, Element, Result extends readonly Element[] = []> = Result['length'] extends N
  ? Result
  : TupleOf<N, Element, readonly [...Result, Element]>

/**
 * An axis with `before` further positions at its start and `after` at its end, filled with `value`: 0 where none is given.
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
  axis: I & Literal<HasAxis<S, I>>,
  before: Before & Literal<LiteralDim<Before>>,
  after: After & Literal<LiteralDim<After>>,
  { value = 0 }: { readonly value?: number } = {},
): Tensor<Pad<S, I, Before, After>, D> => {
  const malformed = expectDims([before, after])
  return erased(
    malformed === undefined
      ? b.pad(x.node, frontAxis(axis, x.node.shape.length), before, after, value)
      : faulty('pad', malformed, [x.node]),
  )
}
