/** Two-dimensional convolution and average pooling over [B,C,H,W]. */
import * as b from '../builder.js'
import * as E from 'fp-ts/lib/Either.js'
import { divideDims, showShape } from '../dim.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import { expectDims } from '../primitives/shape-checks.js'
import type { AvgPool2d, Conv2d } from '../shape/convolution.js'
import { nodeOf } from './elementwise.js'
import type { Argument, Literal } from '../shape/decide.js'
import type { AnyDimHandle, DimHandle, Tensor } from '../tensor.js'

const crossed = (x: Node, kernels: Node, stride: number, padding: number): Node => {
  const malformed =
    expectDims([stride, padding]) ?? (stride === 0 ? 'conv2d: a stride is 1 or more' : undefined)
  return malformed === undefined
    ? b.conv2d(x, kernels, {
        stride: [stride, stride],
        padding: [
          [padding, padding],
          [padding, padding],
        ],
        dilation: [1, 1],
        inputDilation: [1, 1],
      })
    : faulty('conv2d', malformed, [x, kernels])
}
/** The result, or the fault that its height and width are not as stated. */
const statedAs = (
  operation: string,
  result: Node,
  [height, width]: readonly [AnyDimHandle, AnyDimHandle],
): Node => {
  const stated = [height.dim, width.dim]
  const found = result.shape.slice(2)
  return result.fault !== undefined || stated.every((dim, i) => dim === found[i])
    ? result
    : faulty(
        operation,
        `${operation}: the result is ${showShape(found)}, not ${showShape(stated)} as stated`,
        [result],
      )
}

const cross = (x: unknown, kernels: unknown, stride: number, padding: number): never =>
  erased(crossed(nodeOf(x), nodeOf(kernels), stride, padding))

/**
 * Cross-correlation of images [B,C,H,W] with kernels [O,C,h,w].
 *
 * @example
 * const patches = conv2d(images, parameter('patch', [768, 3, 16, 16]), { stride: 16 })
 */
export const conv2d = <X, K, const Stride extends number = 1, const Padding extends number = 0>(
  images: Tensor<X>,
  kernels: Argument<Conv2d<X, K, Stride, Padding>, Tensor<K>>,
  options?: { readonly stride?: Stride; readonly padding?: Padding },
): Tensor<Conv2d<X, K, Stride, Padding>> =>
  cross(images, kernels, options?.stride ?? 1, options?.padding ?? 0)

/**
 * Cross-correlation where sizes are known only at run time: the caller states the height and width of the result.
 * The compiler takes them on trust, as `rename` does; at run time a result of another size is a fault.
 *
 * @example
 * const side = sized('R', 224)
 * const pixels = input('images', ['B', 3, side, side])
 * const features = conv2dTo(pixels, parameter('kernels', [64, 3, 3, 3]), [side, side], { padding: 1 }) // [B,64,R,R]
 */
export const conv2dTo = <B, C, H, W, O, KernelHeight, KernelWidth, OutHeight, OutWidth>(
  images: Tensor<[B, C, H, W]>,
  kernels: Tensor<[O, NoInfer<C>, KernelHeight, KernelWidth]>,
  stated: readonly [DimHandle<OutHeight>, DimHandle<OutWidth>],
  { stride = 1, padding = 0 }: { readonly stride?: number; readonly padding?: number } = {},
): Tensor<[B, O, OutHeight, OutWidth]> =>
  erased(statedAs('conv2dTo', crossed(images.node, kernels.node, stride, padding), stated))

/**
 * Mean over windows of `size` × `size` that do not overlap; height and width are divisible by it.
 *
 * @example
 * const half = avgPool2d(input('images', ['B', 3, 224, 224]), 2) // [B,3,112,112]
 */
export const avgPool2d = <X, const Size extends number>(
  images: Tensor<X>,
  size: Size & Literal<AvgPool2d<X, Size>>,
): Tensor<AvgPool2d<X, Size>> => erased(pooled(images.node, size))

const pooled = (x: Node, size: number): Node => {
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
): Tensor<[B, C, OutHeight, OutWidth]> => erased(statedAs('avgPool2dTo', pooled(images.node, size), stated))
