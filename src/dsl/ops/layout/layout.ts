/** Changing the layout: reshape, rearrange, transpose, broadcast, squeeze, expandDims. */
import * as R from '../../../values/record.js'
import * as b from '../../builder.js'
import { showShape } from '../../../shapes/dim.js'
import { erased } from '../../erasure.js'
import { rearrangeNode } from '../../primitives/named-axes.js'
import { faulty } from '../../node.js'
import type { BroadcastTo } from '../../../shapes/broadcast.js'
import type { Rearrange } from '../../../shapes/rearrange.js'
import type { MoveAxis, Squeeze, SwapAxes, Transpose } from '../../../shapes/layout.js'
import type { Reshape } from '../../../shapes/reshape.js'
import type { DType } from '../../../values/value.js'
import { expectAxis, expectDims } from '../../primitives/shape-checks.js'
import { frontAxis, newAxis } from '../axis.js'
import { dimOf, dims } from '../leaf.js'
import type { HasAxis, InsertAxis, SetAxis } from '../../../shapes/axis.js'
import type { Literal, LiteralOfBoth } from '../../../shapes/decide.js'
import type { DimLike, DimOf, DimsOf, LiteralDim, LiteralDims } from '../../../shapes/dim-argument.js'
import type { Tensor } from '../../tensor.js'

/**
 * The same elements, in row-major order, under another shape of as many elements.
 *
 * @example
 * const rows = reshape(input('x', ['B', 77, 512]), ['77*B', 512])
 */
export const reshape = <A, D extends DType, const B extends DimLike[]>(
  x: Tensor<A, D>,
  shape: readonly [...B] & LiteralOfBoth<LiteralDims<B>, Reshape<A, DimsOf<B>>>,
): Tensor<DimsOf<B>, D> => erased(b.reshape(x.node, dims(shape)))

/**
 * Permutes, merges and splits axes by name. A group in parentheses is one axis; sizes are needed only where
 * division does not find them.
 *
 * @example
 * const heads = rearrange(input('x', ['B', 77, 512]), 'b l (h d) -> b h l d', { h: 8 }) // [B,8,77,64]
 */
export const rearrange = <
  S,
  D extends DType,
  const Spec extends string,
  const Sizes extends Readonly<Record<string, DimLike>> = Readonly<Record<string, DimLike>>,
>(
  x: Tensor<S, D>,
  spec: Spec & Literal<Rearrange<Spec, S, Sizes>>,
  sizes?: Sizes,
): Tensor<Rearrange<Spec, S, Sizes>, D> => erased(rearrangeNode(x.node, spec, R.map(dimOf)(sizes ?? {})))

/**
 * Axis i of the result is axis `permutation[i]` of the tensor.
 *
 * @example
 * const channelsLast = transpose(images, [0, 2, 3, 1])
 */
export const transpose = <S extends unknown[], D extends DType, const P extends number[]>(
  x: Tensor<S, D>,
  permutation: readonly [...P] & Literal<Transpose<S, P>>,
): Tensor<Transpose<S, P>, D> => erased(b.transpose(x.node, permutation))

/**
 * Exchanges two axes, as numpy's `swapaxes`.
 *
 * @example
 * const channelsLast = swapAxes(input('x', ['B', 64, 'L']), 1, -1) // [B,L,64]
 */
export const swapAxes = <S, D extends DType, const I extends number, const J extends number>(
  x: Tensor<S, D>,
  one: I & Literal<HasAxis<S, I>>,
  other: J & Literal<HasAxis<S, J>>,
): Tensor<SwapAxes<S, I, J>, D> => {
  const { node } = x
  const [i, j] = [frontAxis(one, node.shape.length), frontAxis(other, node.shape.length)]
  const problem = expectAxis(i, node.shape) ?? expectAxis(j, node.shape)
  return erased(
    problem === undefined
      ? b.transpose(
          node,
          node.shape.map((_, axis) => (axis === i ? j : axis === j ? i : axis)),
        )
      : faulty('swapAxes', problem, [node]),
  )
}

/**
 * Moves an axis to another place, and keeps the order of the others, as numpy's `moveaxis`.
 *
 * @example
 * const channelsFirst = moveAxis(input('x', ['B', 32, 48, 3]), -1, 1) // [B,3,32,48]
 */
export const moveAxis = <S, D extends DType, const From extends number, const To extends number>(
  x: Tensor<S, D>,
  from: From & Literal<HasAxis<S, From>>,
  to: To & Literal<HasAxis<S, To>>,
): Tensor<MoveAxis<S, From, To>, D> => {
  const { node } = x
  const [source, target] = [frontAxis(from, node.shape.length), frontAxis(to, node.shape.length)]
  const problem = expectAxis(source, node.shape) ?? expectAxis(target, node.shape)
  const others = node.shape.map((_, axis) => axis).filter((axis) => axis !== source)
  return erased(
    problem === undefined
      ? b.transpose(node, others.toSpliced(target, 0, source))
      : faulty('moveAxis', problem, [node]),
  )
}

/** Exchanges the last two axes: the transpose of each matrix. */
export const transposeLast = <Batch extends unknown[], Rows, Columns, D extends DType>(
  x: Tensor<[...Batch, Rows, Columns], D>,
): Tensor<[...Batch, Columns, Rows], D> =>
  erased(
    x.node.shape.length < 2
      ? faulty('transposeLast', `transposeLast: ${showShape(x.node.shape)} needs rank >= 2`, [x.node])
      : b.transposeLast(x.node),
  )

/**
 * Stretches axes of size 1, and adds axes in front.
 *
 * @example
 * const token = broadcastTo(parameter('class', [1, 1, 768]), ['B', 1, 768])
 */
export const broadcastTo = <A, D extends DType, const B extends DimLike[]>(
  x: Tensor<A, D>,
  shape: readonly [...B] & LiteralOfBoth<LiteralDims<B>, BroadcastTo<A, DimsOf<B>>>,
): Tensor<DimsOf<B>, D> => erased(b.broadcastTo(x.node, dims(shape)))

/** The tensor with a new axis of size 1, which the result has at `axis`; -1 is the last. */
export const expandDims = <S extends unknown[], D extends DType, const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<InsertAxis<S, I, 1>>,
): Tensor<InsertAxis<S, I, 1>, D> => {
  const at = newAxis(axis, x.node.shape)
  return erased(typeof at === 'number' ? b.expandDims(x.node, at) : faulty('expandDims', at, [x.node]))
}

/** The tensor without an axis of size 1. */
export const squeeze = <S, D extends DType, const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<Squeeze<S, I>>,
): Tensor<Squeeze<S, I>, D> => {
  const { shape } = x.node
  const at = frontAxis(axis, shape.length)
  const size = shape[at]
  const problem =
    expectAxis(at, shape) ??
    (size === 1 ? undefined : `squeeze: axis ${axis} of ${showShape(shape)} is ${String(size)}, not 1`)
  return erased(problem === undefined ? b.dropAxis(x.node, at) : faulty('squeeze', problem, [x.node]))
}

/**
 * The same tensor with the dim at an axis under another name of its size: for generic code in which types call one size
 * by several names. The compiler does not check that they are one size. They must be one when the program is built: a
 * size and `sized` of that size, or a symbol and a handle of it. Anything else is a fault of the program; so are two
 * symbols, even if a run would give both the same size.
 *
 * @example
 * const channels = rename(input('level', ['B', 50, 768]), 2, sized('C', 768)) // [B,50,C]
 */
export const rename = <S, D extends DType, const I extends number, const Name extends DimLike>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  to: Name & Literal<LiteralDim<Name>>,
): Tensor<SetAxis<S, I, DimOf<Name>>, D> => {
  const { shape } = x.node
  const at = frontAxis(axis, shape.length)
  const name = dimOf(to)
  const renamed = b.reshape(
    x.node,
    shape.map((size, i) => (i === at ? name : size)),
  )
  const problem =
    expectAxis(at, shape) ??
    expectDims([name]) ??
    (renamed.fault === x.node.fault
      ? undefined
      : `rename: axis ${axis} of ${showShape(shape)} is ${String(shape[at])}, which is not known to be ${name}`)
  return erased(problem === undefined ? renamed : faulty('rename', problem, [x.node]))
}
