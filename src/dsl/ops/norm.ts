/** Norms of vectors, and what is computed with them: unit vectors and cosines. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import type { Node } from '../primitives/primitive.js'
import type { DropAxis, HasAxis, SetAxis } from '../../shapes/axis.js'
import type { Argument, Literal } from '../../shapes/decide.js'
import type { Axes, Reduced, Reducible } from '../../shapes/reduce.js'
import type { Tensor } from '../tensor.js'
import { nodeOf } from './elementwise.js'
import { withEpsilon } from './setting.js'
import { reduced } from './reduce.js'
import { rootFromZero } from './indexing/root.js'
import { checked } from './signature.js'

/** The order of a vector norm: Σ |x|, √Σ x², max |x|. */
type NormOrder = 1 | 2 | 'inf'

/** A vector norm: `norm(x)` over all axes, `norm(x, 1)`, `norm(x, [1, 2], { order: 1, keepDims: true })`. */
export interface VectorNorm {
  <S>(x: Tensor<S>): Tensor<[]>
  <S, const A extends Axes, const Keep extends boolean = false>(
    x: Tensor<S>,
    axes: A & Literal<Reducible<S, A>>,
    options?: { readonly order?: NormOrder; readonly keepDims?: Keep },
  ): Tensor<Reduced<S, A, Keep>>
}

const norms: { readonly [Order in NormOrder]: (x: Node, axes: readonly number[], keep: boolean) => Node } = {
  1: (x, axes, keep) => b.sum(b.abs(x), axes, keep),
  2: (x, axes, keep) => rootFromZero(b.sum(b.mul(x, x), axes, keep)),
  inf: (x, axes, keep) => b.max(b.abs(x), axes, keep),
}

/**
 * The norm of the elements along axes as one vector, over all axes where none are given: of order 2 (Euclidean), 1 or
 * 'inf'. The gradient by a vector of zeros is 0.
 *
 * @example
 * const lengths = norm(input('x', ['B', 512]), 1) // [B]
 * const largest = norm(input('x', ['B', 512]), 1, { order: 'inf', keepDims: true }) // [B,1]
 */
export const norm: VectorNorm = (
  x: { readonly node: Node },
  axes: Axes = 'all',
  { order = 2, keepDims = false }: { readonly order?: NormOrder; readonly keepDims?: boolean } = {},
): never => erased(reduced(norms[order], x.node, axes, keepDims))

/** Which axis a norm is taken over, and its lower bound. */
export interface NormOptions<S, Axis extends number> {
  /** The last where it is not given. */
  readonly axis?: Axis & Literal<HasAxis<S, Axis>>
  /** The norm is at least this large: 0 where it is not given. Its square has to be a float32: 1e-18 is enough. A negative one is a fault. */
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
): Tensor<SetAxis<S, I, 1>> => erased(euclideanNorm('l2Norm', nodeOf(x), options))

const euclideanNorm = (
  op: string,
  of: Node,
  { axis = -1, epsilon = 0 }: { readonly axis?: number; readonly epsilon?: number } = {},
): Node => {
  const x = withEpsilon(op, epsilon, of)
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
  return erased(b.div(node, euclideanNorm('l2Normalize', node, options)))
}

/**
 * The cosine of the angle between two vectors along an axis: a · b / (max(|a|, epsilon) max(|b|, epsilon)), as PyTorch's, with
 * its epsilon of 1e-8 where none is given. Of a vector of zeros it is 0.
 *
 * Tensors of different shapes do not compile, and are a fault of a program that was not compiled.
 *
 * @example
 * const similarity = cosineSimilarity(input('images', ['B', 512]), input('texts', ['B', 512]), -1) // [B]
 */
export const cosineSimilarity = <S, const I extends number>(
  a: Tensor<S>,
  z: Tensor<NoInfer<S>>,
  axis: I & Literal<HasAxis<S, I>>,
  { epsilon = 1e-8 }: { readonly epsilon?: number } = {},
): Tensor<DropAxis<S, I>> => {
  const along = (x: Node): Node => reduced(b.sum, x, axis, false)
  const length = (x: Node): Node => b.sqrt(b.maximum(along(b.mul(x, x)), b.scalar(epsilon * epsilon)))
  const x = withEpsilon('cosineSimilarity', epsilon, a.node)
  const cosine = b.div(along(b.mul(x, z.node)), b.mul(length(x), length(z.node)))
  return erased(checked('cosineSimilarity', { a: [a, '...s'], b: [z, '...s'] }, cosine))
}
