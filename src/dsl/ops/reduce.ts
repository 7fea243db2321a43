/** Reductions over one axis, several, or all. */
import * as b from '../builder.js'
import { showShape } from '../../shapes/dim.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { DType } from '../../values/value.js'
import { expectAxis, expectType, firstOf } from '../primitives/shape-checks.js'
import { frontAxis } from './axis.js'
import { finite } from '../setting.js'
import { withSetting } from './setting.js'
import { rootFromZero } from './indexing/root.js'
import type { Literal } from '../../shapes/decide.js'
import type { Axes, Reduced, Reducible } from '../../shapes/reduce.js'
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

/** A reduction by `f` over axes as users write them; a fault where they are none of the tensor's. */
export const reduced = (
  f: (x: Node, axes: readonly number[], keepDims: boolean) => Node,
  x: Node,
  axes: Axes,
  keepDims: boolean,
): Node => {
  const list = listOf(x, axes)
  const problem =
    new Set(list).size < list.length
      ? `axes [${String(axes)}] of ${showShape(x.shape)} name one axis twice`
      : firstOf(list.map((axis) => expectAxis(axis, x.shape)))
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
/** Product. Its gradients, the products of the other elements, are exact where elements are 0. */
export const prod: Reduction<'f32'> = reduction(b.prod)

/** Whether some element is true; of no elements it is false. */
export const any: Reduction<'bool'> = reduction((x, axes, keep) =>
  b.less(b.scalar(0, 'i32'), truthOf('any', x, axes, keep)),
)
/** Whether each element is true; of no elements it is true. */
export const all: Reduction<'bool'> = reduction((x, axes, keep) =>
  b.lessEqual(truthOf('all', b.not(x), axes, keep), b.scalar(0, 'i32')),
)

/** The largest of conditions as numbers: 1 where one is true, 0 where none is, less than 0 of none. */
const truthOf = (operation: string, x: Node, axes: readonly number[], keep: boolean): Node => {
  const problem = expectType(operation, x, 'bool')
  return problem === undefined ? b.max(b.cast(x, 'i32'), axes, keep) : faulty(operation, problem, [x])
}

/** A variance or standard deviation: `f(x)`, `f(x, 1)`, `f(x, 1, { correction: 1, keepDims: true })`. */
export interface Spread {
  <S>(x: Tensor<S>): Tensor<[]>
  <S, const A extends Axes, const Keep extends boolean = false>(
    x: Tensor<S>,
    axes: A & Literal<Reducible<S, A>>,
    options?: {
      /** The sum of squares is divided by n - correction: by n where it is not given, as numpy does; PyTorch's default is 1. */
      readonly correction?: number
      readonly keepDims?: Keep
    },
  ): Tensor<Reduced<S, A, Keep>>
}

/** How the sum of the squared deviations is divided, and whether reduced axes stay as 1. */
interface SpreadOptions {
  readonly correction?: number
  readonly keepDims?: boolean
}

const spread =
  (f: (found: Node) => Node) =>
  (
    of: { readonly node: Node },
    along: Axes = 'all',
    { correction = 0, keepDims = false }: SpreadOptions = {},
  ): never =>
    erased(
      reduced(
        (x, axes, keep) => f(varianceAlong(x, axes, keep, correction)),
        withSetting('variance', 'correction', correction, finite, of.node),
        along,
        keepDims,
      ),
    )

const varianceAlong = (x: Node, axes: readonly number[], keep: boolean, correction: number): Node => {
  const centred = b.sub(x, b.mean(x, axes, true))
  const squared = b.mul(centred, centred)
  return correction === 0
    ? b.mean(squared, axes, keep)
    : b.div(b.sum(squared, axes, keep), b.sub(b.countAlong(x, axes), b.scalar(correction)))
}

/**
 * Mean of the squared deviations from the mean: divided by n, or by n - correction. A correction that is not finite is a fault.
 *
 * @example
 * const unbiased = variance(input('x', ['B', 512]), 0, { correction: 1 }) // [512]
 */
export const variance: Spread = spread((found) => found)

/**
 * Standard deviation, the root of `variance`. Its gradient is 0 where all elements are equal.
 *
 * @example
 * const deviations = std(input('x', ['B', 512]), 0, { correction: 1 }) // [512]
 */
export const std: Spread = spread(rootFromZero)

/** Number of elements along axes, as a scalar: a number once sizes are bound. */
export const count: Count = (x: { readonly node: Node }, axes: Axes = 'all'): never =>
  erased(reduced(b.countAlong, x.node, axes, false))
