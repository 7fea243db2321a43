/** Pooling over windows of images [B,C,H,W]. A mean over whole images is `mean(images, [2, 3])`. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../builder.js'
import { divideDims, multiplyDims, showShape } from '../../shapes/dim.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import { convolvedSize, expectConvolvable } from '../primitives/convolution-size.js'
import type { Node } from '../primitives/primitive.js'
import { expectDims, expectType } from '../primitives/shape-checks.js'
import type { AvgPool2d, PerAxis, Pool2d } from '../../shapes/convolution.js'
import type { Literal } from '../../shapes/decide.js'
import type { Tensor } from '../tensor.js'
import type { DimHandle } from '../../shapes/dim-handle.js'
import { misstep, perAxis } from './convolution.js'
import { statedAs } from './stated-size.js'

/** How windows pass over images, at run time. */
interface Steps {
  readonly stride?: PerAxis
  readonly padding?: PerAxis
}

/** A pooling by a mean: `avgPool2d(x, 2)`, `avgPool2d(x, 3, { stride: 2, padding: 1 })`. */
export interface AveragePooling {
  <X, const Size extends number>(
    images: Tensor<X>,
    size: Size & Literal<AvgPool2d<X, Size>>,
  ): Tensor<AvgPool2d<X, Size>>
  <X, const Size extends PerAxis, const Stride extends PerAxis = Size, const Padding extends PerAxis = 0>(
    images: Tensor<X>,
    size: Size & Literal<Pool2d<'avgPool2d', X, Size, Stride, Padding>>,
    options: { readonly stride?: Stride; readonly padding?: Padding },
  ): Tensor<Pool2d<'avgPool2d', X, Size, Stride, Padding>>
}

/**
 * Mean over windows of `size` × `size`. Without options they do not overlap, and height and width are divisible by their
 * size; with a stride or padding, sizes are as of `conv2d`, and the zeros of the padding count in the mean, as in PyTorch.
 *
 * @example
 * const half = avgPool2d(input('images', ['B', 3, 224, 224]), 2) // [B,3,112,112]
 * const smooth = avgPool2d(input('images', ['B', 3, 224, 224]), 3, { stride: 2, padding: 1 }) // [B,3,112,112]
 */
export const avgPool2d: AveragePooling = (
  images: { readonly node: Node },
  size: PerAxis,
  options?: Steps,
): never =>
  erased(
    options === undefined && typeof size === 'number'
      ? tiledMean(images.node, size)
      : averaged(images.node, size, options ?? {}),
  )

const tiledMean = (x: Node, size: number): Node => {
  const [batch = 1, channels = 1, height = 1, width = 1] = x.shape
  const outputs = [height, width].map((dim) => divideDims(dim, size))
  const [rows, columns] = outputs
  if (x.shape.length !== 4 || rows === undefined || columns === undefined) {
    return faulty(
      'avgPool2d',
      `avgPool2d: images are [batch,channels,height,width], got ${showShape(x.shape)}`,
      [x],
    )
  }
  if (E.isLeft(rows)) return faulty('avgPool2d', `avgPool2d: ${rows.left}`, [x])
  if (E.isLeft(columns)) return faulty('avgPool2d', `avgPool2d: ${columns.left}`, [x])
  return b.mean(b.reshape(x, [batch, channels, rows.right, size, columns.right, size]), [3, 5])
}

/** The steps of a pooling along one axis. */
interface Pooling {
  readonly input: number
  readonly kernel: number
  readonly steps: Parameters<typeof convolvedSize>[2]
}

/** The steps along both axes, or what is wrong with them. */
const poolings = (
  operation: string,
  x: Node,
  size: PerAxis,
  { stride = size, padding = 0 }: Steps,
): E.Either<string, readonly [Pooling, Pooling]> => {
  if (x.shape.length !== 4) {
    return E.left(`${operation}: images are [batch,channels,height,width], got ${showShape(x.shape)}`)
  }
  const along = (axis: 0 | 1): Pooling => ({
    input: Number(x.shape[axis + 2]),
    kernel: perAxis(size)[axis],
    steps: {
      stride: perAxis(stride)[axis],
      padding: [perAxis(padding)[axis], perAxis(padding)[axis]],
      dilation: 1,
      inputDilation: 1,
    },
  })
  const both = [along(0), along(1)] as const
  const literal = both.every(({ input }) => Number.isSafeInteger(input))
  const problem =
    expectType(operation, x, 'f32') ??
    expectDims(perAxis(size)) ??
    misstep(operation, { stride, padding, dilation: size })?.replace('dilation', 'size') ??
    (literal ? undefined : `${operation}: height and width are literal sizes, got ${showShape(x.shape)}`) ??
    both
      .map(({ input, kernel, steps }) => expectConvolvable(input, kernel, steps))
      .find((message) => message !== undefined)
      ?.replace('conv2d', () => operation)
  return problem === undefined ? E.right(both) : E.left(problem)
}

/** Each image on its own, convolved with a kernel of equal weights. */
const averaged = (x: Node, size: PerAxis, options: Steps): Node => {
  const found = poolings('avgPool2d', x, size, options)
  if (E.isLeft(found)) return faulty('avgPool2d', found.left, [x])
  const [rows, columns] = found.right
  const [batch = 1, channels = 1] = x.shape
  const images = b.reshape(x, [multiplyDims(batch, channels), 1, rows.input, columns.input])
  const weights = b.full([1, 1, rows.kernel, columns.kernel], 1 / (rows.kernel * columns.kernel))
  const means = b.conv2d(images, weights, {
    stride: [rows.steps.stride, columns.steps.stride],
    padding: [rows.steps.padding, columns.steps.padding],
    dilation: [1, 1],
    inputDilation: [1, 1],
  })
  return b.reshape(means, [batch, channels, ...means.shape.slice(2)])
}

/**
 * Largest element of windows of `size`, which is one number or `[height, width]`, as PyTorch's `max_pool2d`. The stride is the
 * size where none is given; padding is never the largest. Elements that are equal share the gradient.
 *
 * @example
 * const half = maxPool2d(input('images', ['B', 64, 112, 112]), 3, { stride: 2, padding: 1 }) // [B,64,56,56]
 */
export const maxPool2d = <
  X,
  const Size extends PerAxis,
  const Stride extends PerAxis = Size,
  const Padding extends PerAxis = 0,
>(
  images: Tensor<X>,
  size: Size & Literal<Pool2d<'maxPool2d', X, Size, Stride, Padding>>,
  options?: { readonly stride?: Stride; readonly padding?: Padding },
): Tensor<Pool2d<'maxPool2d', X, Size, Stride, Padding>> => erased(largest(images.node, size, options ?? {}))

const largest = (x: Node, size: PerAxis, options: Steps): Node => {
  const found = poolings('maxPool2d', x, size, options)
  if (E.isLeft(found)) return faulty('maxPool2d', found.left, [x])
  const [rows, columns] = found.right
  return largestAlong(largestAlong(x, 2, rows), 3, columns)
}

/** The largest element of the windows along one axis: the maximum of as many slices as a window has positions. */
const largestAlong = (x: Node, axis: 2 | 3, { input, kernel, steps }: Pooling): Node => {
  const { stride, padding } = steps
  const count = convolvedSize(input, kernel, steps)
  // Positions of a slice: every `stride`-th from the place in the window on, cut into blocks of which the first is taken.
  const wanted = kernel - 1 + count * stride
  const padded = b.pad(x, axis, padding[0], Math.max(0, wanted - input - padding[0]), -Infinity)
  const slices = Array.from({ length: kernel }, (_, place) => {
    const blocks = b.slice(padded, axis, place, count * stride)
    const split = [...x.shape.slice(0, axis), count, stride, ...x.shape.slice(axis + 1)]
    return b.dropAxis(b.slice(b.reshape(blocks, split), axis + 1, 0, 1), axis + 1)
  })
  return slices.reduce((found, slice) => b.maximum(found, slice))
}

/**
 * `avgPool2d` where sizes are known only at run time: the caller states the height and width of the result, which the
 * compiler takes on trust, as it does for `conv2dTo`.
 *
 * @example
 * const [side, half] = [sized('R', 56), sized('G', 28)]
 * const halved = avgPool2dTo(input('maps', ['B', 64, side, side]), 2, [half, half]) // [B,64,G,G]
 */
export const avgPool2dTo = <B, C, H, W, OutHeight, OutWidth>(
  images: Tensor<[B, C, H, W]>,
  size: number,
  stated: readonly [DimHandle<OutHeight>, DimHandle<OutWidth>],
): Tensor<[B, C, OutHeight, OutWidth]> =>
  erased(statedAs('avgPool2dTo', tiledMean(images.node, size), stated))
