/** Reductions over one axis, several, or all. */
import * as b from '../builder.js'
import { showShape } from '../dim.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { DType } from '../values/value.js'
import { expectAxis, first } from '../primitives/shape-checks.js'
import { frontAxis } from './axis.js'
import { nodeOf } from './elementwise.js'
import type { HasAxis, SetAxis } from '../shape/axis.js'
import type { Argument, Literal } from '../shape/decide.js'
import type { Axes, Reduced, Reducible } from '../shape/reduce.js'
import type { Tensor } from '../tensor.js'

/** A reduction: `f(x)` over all axes, `f(x, 1)`, `f(x, [1, 2])`, `f(x, 1, { keepDims: true })`. */
export interface Reduction<Types extends DType> {
  <S, D extends Types>(x: Tensor<S, D>): Tensor<[], D>
  <S, D extends Types, const A extends Axes, const Keep extends boolean = false>(
    x: Tensor<S, D>,
    axes: A & Literal<Reducible<S, A>>,
    options?: { readonly keepDims: Keep },
  ): Tensor<Reduced<S, A, Keep>, D>
}

/** A number that depends on dims alone. */
export interface Count {
  <S, D extends DType>(x: Tensor<S, D>): Tensor<[]>
  <S, D extends DType, const A extends Axes>(x: Tensor<S, D>, axes: A & Literal<Reducible<S, A>>): Tensor<[]>
}

const listOf = (x: Node, axes: Axes): readonly number[] =>
  (axes === 'all' ? x.shape.map((_, axis) => axis) : typeof axes === 'number' ? [axes] : axes).map((axis) =>
    frontAxis(axis, x.shape.length),
  )

const reduced = (
  f: (x: Node, axes: readonly number[], keepDims: boolean) => Node,
  x: Node,
  axes: Axes,
  keepDims: boolean,
): Node => {
  const list = listOf(x, axes)
  const problem =
    new Set(list).size < list.length
      ? `axes [${String(axes)}] of ${showShape(x.shape)} name one axis twice`
      : first(...list.map((axis) => expectAxis(axis, x.shape)))
  return problem === undefined ? f(x, list, keepDims) : faulty('reduce', problem, [x])
}

const reduction =
  (f: (x: Node, axes: readonly number[], keepDims: boolean) => Node) =>
  (x: { readonly node: Node }, axes: Axes = 'all', options?: { readonly keepDims: boolean }): never =>
    erased(reduced(f, x.node, axes, options?.keepDims ?? false))

/**
 * @example
 * const total = sum(input('x', ['B', 3])) // []
 * const rows = sum(input('x', ['B', 3]), 1, { keepDims: true }) // [B,1]
 */
export const sum: Reduction<'f32' | 'i32'> = reduction(b.sum)
export const mean: Reduction<'f32'> = reduction(b.mean)
export const max: Reduction<'f32' | 'i32'> = reduction(b.max)
export const min: Reduction<'f32' | 'i32'> = reduction((x, axes, keep) => b.neg(b.max(b.neg(x), axes, keep)))
/** ln Σ eˣ, stable for large x. */
export const logSumExp: Reduction<'f32'> = reduction(b.logSumExp)
/** Mean of the squared deviations from the mean (divided by n, not n - 1). */
export const variance: Reduction<'f32'> = reduction((x, axes, keep) => {
  const centred = b.sub(x, b.mean(x, axes, true))
  return b.mean(b.mul(centred, centred), axes, keep)
})

/** Number of elements along axes, as a scalar: a number once sizes are bound. */
export const count: Count = (x: { readonly node: Node }, axes: Axes = 'all'): never =>
  erased(reduced(b.countAlong, x.node, axes, false))

/** Which axis a norm is taken over, and its lower bound. */
export interface NormOptions<S, Axis extends number> {
  /** The last where it is not given. */
  readonly axis?: Axis & Literal<HasAxis<S, Axis>>
  /** The norm is at least this large: 0 where it is not given. Its square has to be a float32: 1e-18 is enough. */
  readonly epsilon?: number
}

/**
 * Euclidean norm max(√Σ x², epsilon) over an axis, kept as size 1; over the last axis where none is given.
 *
 * With an `epsilon`, the gradient by a row of zeros is 0; without one it is NaN.
 *
 * @example
 * const lengths = l2Norm(input('x', ['B', 512]), { epsilon: 1e-12 }) // [B,1]
 */
export const l2Norm = <S, const I extends number = -1>(
  x: Argument<HasAxis<S, I>, Tensor<S>>,
  options?: NormOptions<S, I>,
): Tensor<SetAxis<S, I, 1>> => erased(euclideanNorm(nodeOf(x), options))

const euclideanNorm = (
  x: Node,
  { axis = -1, epsilon = 0 }: { readonly axis?: number; readonly epsilon?: number } = {},
): Node => {
  const squared = reduced(b.sum, b.mul(x, x), axis, true)
  return b.sqrt(epsilon === 0 ? squared : b.maximum(squared, b.scalar(epsilon * epsilon)))
}

/**
 * Rows of unit length: x / max(|x|, epsilon) over an axis; over the last where none is given.
 *
 * A row of zeros is NaN without an `epsilon`; with one it stays zeros, and its gradient is finite.
 *
 * @example
 * const directions = l2Normalize(input('x', ['B', 512]), { epsilon: 1e-12 }) // [B,512]
 */
export const l2Normalize = <S, const I extends number = -1>(
  x: Argument<HasAxis<S, I>, Tensor<S>>,
  options?: NormOptions<S, I>,
): Tensor<S> => {
  const node = nodeOf(x)
  return erased(b.div(node, euclideanNorm(node, options)))
}
