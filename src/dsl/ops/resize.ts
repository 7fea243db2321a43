/** Images of another size: interpolation, and channels as pixels. */
import * as b from '../builder.js'
import type { Dim } from '../../shapes/dim.js'
import { showShape } from '../../shapes/dim.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import { rearrangeNode } from '../primitives/named-axes.js'
import type { Node } from '../primitives/primitive.js'
import { expectDims, expectType } from '../primitives/shape-checks.js'
import type { Argument, Literal } from '../../shapes/decide.js'
import type { DimLike, LiteralDims } from '../../shapes/dim-argument.js'
import type { Rearrange } from '../../shapes/rearrange.js'
import type { Resize2d, ResizeFits } from '../../shapes/resize.js'
import type { Tensor } from '../tensor.js'
import type { DType } from '../../values/value.js'
import { nodeOf } from './elementwise.js'
import { dims } from './leaf.js'

/**
 * Images [B,C,H,W] at another height and width, as PyTorch's `interpolate`: 'bilinear' with pixel centres at (i + 1/2)
 * (`align_corners=False`, no smoothing when they shrink), or 'nearest', which is the default.
 *
 * @example
 * const doubled = resize2d(input('x', ['B', 64, 16, 16]), [32, 32], { method: 'bilinear' }) // [B,64,32,32]
 */
export const resize2d = <X, const Size extends readonly [DimLike, DimLike]>(
  images: Argument<ResizeFits<X>, Tensor<X>>,
  size: Size & Literal<LiteralDims<Size>>,
  { method = 'nearest' }: { readonly method?: 'nearest' | 'bilinear' } = {},
): Tensor<Resize2d<X, Size>> => erased(resized(nodeOf(images), dims(size), method))

const resized = (x: Node, size: readonly Dim[], method: 'nearest' | 'bilinear'): Node => {
  const [height, width, ...more] = size
  if (height === undefined || width === undefined || more.length > 0) {
    return faulty('resize2d', `resize2d: the size is [height,width], got ${size.length} numbers`, [x])
  }
  const problem =
    x.shape.length === 4
      ? (expectType('resize2d', x, 'f32') ?? expectDims(size))
      : `resize2d: images are [batch,channels,height,width], got ${showShape(x.shape)}`
  if (problem !== undefined) return faulty('resize2d', problem, [x])
  const along = method === 'nearest' ? nearestAlong : interpolatedAlong
  return along(along(x, 2, height), 3, width)
}

/** Position i of the result is position floor(i · from / to); whole multiples are repeated, whose gradients are sums. */
const nearestAlong = (x: Node, axis: 2 | 3, to: Dim): Node => {
  const from = x.shape[axis] ?? 1
  if (from === to) return x
  if (typeof from === 'number' && typeof to === 'number' && from > 0 && to % from === 0) {
    const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
    const copies = b.broadcastTo(b.expandDims(x, axis + 1), [...before, from, to / from, ...after])
    return b.reshape(copies, [...before, to, ...after])
  }
  const scaled = b.mul(b.iota([to], 0), b.dimSize(from, 'i32'))
  return b.gather(x, b.div(scaled, b.dimSize(to, 'i32')), axis)
}

/**
 * The result is a product with a matrix of weights: position i reads at s = (i + 1/2) from / to - 1/2, held inside of the axis,
 * and position j has the weight max(0, 1 - |s - j|).
 */
const interpolatedAlong = (x: Node, axis: 2 | 3, to: Dim): Node => {
  const from = x.shape[axis] ?? 1
  if (from === to) return x
  const place = (length: Dim): Node => b.cast(b.iota([length], 0), 'f32')
  const half = b.scalar(0.5)
  const ratio = b.div(b.dimSize(from), b.dimSize(to))
  const source = b.sub(b.mul(b.add(place(to), half), ratio), half)
  const inside = b.minimum(b.maximum(source, b.scalar(0)), b.sub(b.dimSize(from), b.scalar(1)))
  const distance = b.abs(b.sub(b.expandDims(inside, 1), place(from)))
  const weights = b.maximum(b.sub(b.scalar(1), distance), b.scalar(0))
  return axis === 2 ? b.matmul(weights, x) : b.matmul(x, b.transposeLast(weights))
}

const shuffle = 'b (c r s) h w -> b c (h r) (w s)'

/**
 * Channels as pixels, as PyTorch's `pixel_shuffle` (Shi et al. 2016): [B,factor²·C,H,W] becomes [B,C,factor·H,factor·W].
 *
 * Channels that the square of the factor does not divide do not compile.
 *
 * @example
 * const enlarged = pixelShuffle(input('x', ['B', 36, 16, 16]), 2) // [B,9,32,32]
 */
export const pixelShuffle = <X, D extends DType, const Factor extends number>(
  images: Tensor<X, D>,
  factor: Factor & Literal<Rearrange<typeof shuffle, X, { r: Factor; s: Factor }>>,
): Tensor<Rearrange<typeof shuffle, X, { r: Factor; s: Factor }>, D> =>
  erased(rearrangeNode(images.node, shuffle, { r: factor, s: factor }))
