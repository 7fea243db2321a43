/** Reductions over one axis, several, or all. */
import * as b from '../builder.js'
import { showShape } from '../dim.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { DType } from '../values/value.js'
import { expectAxis, first } from '../primitives/shape-checks.js'
import { frontAxis } from './axis.js'
import type { Literal } from '../shape/decide.js'
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

/**
 * Euclidean norm over the last axis, kept as size 1. `epsilon` bounds it from below, under the root, so that gradients
 * by a row of zeros are 0 and not NaN, as they are without it; its square has to be a float32 (1e-18 is enough).
 *
 * @example
 * const lengths = l2Norm(input('x', ['B', 512]), 1e-12) // [B,1]
 */
export const l2Norm = <Batch extends readonly unknown[], Width>(
  x: Tensor<[...Batch, Width]>,
  epsilon = 0,
): Tensor<[...Batch, 1]> => {
  const squared = b.sum(b.mul(x.node, x.node), [x.node.shape.length - 1], true)
  return erased(b.sqrt(epsilon === 0 ? squared : b.maximum(squared, b.scalar(epsilon * epsilon))))
}

/**
 * Rows of unit length: x / max(|x|, epsilon) over the last axis. A row of zeros is NaN where `epsilon` is 0; with one it
 * stays zeros, and its gradient is finite.
 *
 * @example
 * const directions = l2Normalize(input('x', ['B', 512]), 1e-12) // [B,512]
 */
export const l2Normalize = <Batch extends readonly unknown[], Width>(
  x: Tensor<[...Batch, Width]>,
  epsilon = 0,
): Tensor<[...Batch, Width]> => erased(b.div(x.node, l2Norm(x, epsilon).node))
