/** Convolution of signals [B,C,L] and images [B,C,H,W], and its transpose. */
import * as b from '../builder.js'
import * as E from 'fp-ts/lib/Either.js'
import type { Dim } from '../../shapes/dim.js'
import { divideDims, showShape } from '../../shapes/dim.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import { convolutionKernels } from '../primitives/convolution-gradient.js'
import type { Convolution, Node } from '../primitives/primitive.js'
import { expectDims } from '../primitives/shape-checks.js'
import type { Conv1d, Conv2d, ConvTranspose2d, PerAxis } from '../../shapes/convolution.js'
import type { Argument } from '../../shapes/decide.js'
import type { Tensor } from '../tensor.js'
import type { DimHandle } from '../../shapes/dim-handle.js'
import { nodeOf } from './elementwise.js'
import { statedAs } from './stated-size.js'

/** How kernels pass over images, at run time. */
interface Steps {
  readonly stride?: PerAxis
  readonly padding?: PerAxis | 'same'
  readonly dilation?: PerAxis
  readonly groups?: number
}

/** A number for both axes, or one for each, as `[height, width]`. */
export const perAxis = (of: PerAxis): readonly [number, number] => (typeof of === 'number' ? [of, of] : of)

const isList = (steps: PerAxis | 'same'): steps is readonly [number, number] => Array.isArray(steps)

/** What is wrong with the steps; undefined if nothing is. */
export const misstep = (
  operation: string,
  { stride = 1, padding = 0, dilation = 1 }: Pick<Steps, 'stride' | 'padding' | 'dilation'>,
): string | undefined => {
  const given = padding === 'same' ? [] : perAxis(padding)
  const other = [stride, dilation, padding].find((steps) => isList(steps) && steps.length !== 2)
  if (other !== undefined) {
    return `${operation}: a stride, padding or dilation is one number, or [height, width], got [${String(other)}]`
  }
  const malformed = expectDims([...perAxis(stride), ...perAxis(dilation), ...given])
  if (malformed !== undefined) return malformed
  if (perAxis(stride).includes(0)) return `${operation}: a stride is 1 or more`
  if (perAxis(dilation).includes(0)) return `${operation}: a dilation is 1 or more`
  return padding === 'same' && perAxis(stride).some((step) => step !== 1)
    ? `${operation}: padding 'same' needs a stride of 1`
    : undefined
}

/** Before and after an axis; of an odd number for 'same', one more after it, as PyTorch. */
const paddingAlong = (
  padding: PerAxis | 'same',
  axis: 0 | 1,
  kernel: number,
  dilation: number,
): readonly [number, number] => {
  if (padding !== 'same') return [perAxis(padding)[axis], perAxis(padding)[axis]]
  const total = Math.max(0, (kernel - 1) * dilation)
  return [Math.floor(total / 2), Math.ceil(total / 2)]
}

const crossed = (operation: string, x: Node, kernels: Node, steps: Steps): Node => {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = steps
  const malformed = misstep(operation, steps)
  if (malformed !== undefined) return faulty(operation, malformed, [x, kernels])
  const along = perAxis(dilation)
  return b.conv2d(x, kernels, {
    stride: perAxis(stride),
    padding: [
      paddingAlong(padding, 0, Number(kernels.shape[2]), along[0]),
      paddingAlong(padding, 1, Number(kernels.shape[3]), along[1]),
    ],
    dilation: along,
    inputDilation: [1, 1],
    groups,
  })
}

const cross = (x: unknown, kernels: unknown, steps: Steps): never =>
  erased(crossed('conv2d', nodeOf(x), nodeOf(kernels), steps))

/**
 * Cross-correlation of images [B,C,H,W] with kernels [O,C/groups,h,w], as PyTorch's `conv2d`. Stride, padding and dilation are
 * one number, or `[height, width]`; the padding 'same' keeps the size, and needs a stride of 1. With as many groups as
 * channels the convolution is depthwise.
 *
 * Channels or a kernel that do not fit do not compile, and are a fault of a program that was not compiled.
 *
 * @example
 * const patches = conv2d(images, parameter('patch', [768, 3, 16, 16]), { stride: 16 })
 * const depthwise = conv2d(input('x', ['B', 96, 56, 56]), parameter('k', [96, 1, 7, 7]), { padding: 'same', groups: 96 })
 */
export const conv2d = <
  X,
  K,
  const Stride extends PerAxis = 1,
  const Padding extends PerAxis | 'same' = 0,
  const Dilation extends PerAxis = 1,
  const Groups extends number = 1,
>(
  images: Tensor<X>,
  kernels: Argument<Conv2d<X, K, Stride, Padding, Dilation, Groups>, Tensor<K>>,
  options?: {
    readonly stride?: Stride
    readonly padding?: Padding
    readonly dilation?: Dilation
    readonly groups?: Groups
  },
): Tensor<Conv2d<X, K, Stride, Padding, Dilation, Groups>> => cross(images, kernels, options ?? {})

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
  options: { readonly stride?: number; readonly padding?: number } = {},
): Tensor<[B, O, OutHeight, OutWidth]> =>
  erased(statedAs('conv2dTo', crossed('conv2d', images.node, kernels.node, options), stated))

/**
 * Cross-correlation of signals [B,C,L] with kernels [O,C/groups,l], with the options of `conv2d`.
 *
 * @example
 * const smoothed = conv1d(input('signal', ['B', 8, 100]), parameter('k', [16, 8, 5]), { padding: 'same' }) // [B,16,100]
 */
export const conv1d = <
  X,
  K,
  const Stride extends number = 1,
  const Padding extends number | 'same' = 0,
  const Dilation extends number = 1,
  const Groups extends number = 1,
>(
  signals: Tensor<X>,
  kernels: Argument<Conv1d<X, K, Stride, Padding, Dilation, Groups>, Tensor<K>>,
  options?: {
    readonly stride?: Stride
    readonly padding?: Padding
    readonly dilation?: Dilation
    readonly groups?: Groups
  },
): Tensor<Conv1d<X, K, Stride, Padding, Dilation, Groups>> =>
  erased(crossedSignals(signals.node, nodeOf(kernels), options ?? {}))

/** A convolution of images of one row. */
const crossedSignals = (
  x: Node,
  kernels: Node,
  {
    stride = 1,
    padding = 0,
    dilation = 1,
    groups = 1,
  }: { readonly [K in keyof Steps]: K extends 'padding' ? number | 'same' : number },
): Node => {
  const misshapen =
    x.shape.length !== 3
      ? `conv1d: signals are [batch,channels,length], got ${showShape(x.shape)}`
      : kernels.shape.length === 3
        ? undefined
        : `conv1d: kernels are [outputs,channels,length], got ${showShape(kernels.shape)}`
  if (misshapen !== undefined) return faulty('conv1d', misshapen, [x, kernels])
  const result = crossed('conv1d', b.expandDims(x, 2), b.expandDims(kernels, 2), {
    stride: [1, stride],
    padding: padding === 'same' ? 'same' : [0, padding],
    dilation: [1, dilation],
    groups,
  })
  return result.fault === undefined
    ? b.dropAxis(result, 2)
    : faulty('conv1d', result.fault.message.replace('conv2d:', 'conv1d:'), [x, kernels])
}

/**
 * The transpose of a convolution, as PyTorch's `conv_transpose2d`: images [B,C,H,W] under kernels [C,O/groups,h,w] grow to
 * (H - 1) stride - 2 padding + dilation (h - 1) + outputPadding + 1 rows, and as many columns. It is the gradient of `conv2d` by
 * its images: a convolution with a stride of 2 halves them, its transpose doubles them.
 *
 * @example
 * const doubled = convTranspose2d(input('x', ['B', 64, 14, 14]), parameter('k', [64, 32, 2, 2]), { stride: 2 }) // [B,32,28,28]
 */
export const convTranspose2d = <
  X,
  K,
  const Stride extends PerAxis = 1,
  const Padding extends PerAxis = 0,
  const Dilation extends PerAxis = 1,
  const OutputPadding extends PerAxis = 0,
  const Groups extends number = 1,
>(
  images: Tensor<X>,
  kernels: Argument<ConvTranspose2d<X, K, Stride, Padding, Dilation, OutputPadding, Groups>, Tensor<K>>,
  options?: {
    readonly stride?: Stride
    readonly padding?: Padding
    readonly dilation?: Dilation
    readonly outputPadding?: OutputPadding
    readonly groups?: Groups
  },
): Tensor<ConvTranspose2d<X, K, Stride, Padding, Dilation, OutputPadding, Groups>> =>
  erased(transposed(images.node, nodeOf(kernels), options ?? {}))

/** What is wrong with the groups of a transposed convolution. */
const misdivided = (channels: Dim, groups: number): string | undefined => {
  if (!Number.isSafeInteger(groups) || groups < 1) return 'convTranspose2d: there is 1 group or more'
  const inGroup = divideDims(channels, groups)
  return E.isLeft(inGroup) ? `convTranspose2d: ${inGroup.left}` : undefined
}

const transposed = (
  x: Node,
  kernels: Node,
  options: {
    readonly stride?: PerAxis
    readonly padding?: PerAxis
    readonly dilation?: PerAxis
    readonly outputPadding?: PerAxis
    readonly groups?: number
  },
): Node => {
  const { stride = 1, padding = 0, dilation = 1, outputPadding = 0, groups = 1 } = options
  const [channels, , height, width] = kernels.shape
  const problem =
    kernels.shape.length !== 4 || x.shape.length !== 4
      ? `convTranspose2d: images are [batch,channels,height,width] and kernels [channels,outputs,height,width], got ${showShape(x.shape)} and ${showShape(kernels.shape)}`
      : channels === x.shape[1]
        ? (misstep('convTranspose2d', options) ??
          expectDims(perAxis(outputPadding)) ??
          misdivided(channels ?? 1, groups))
        : `convTranspose2d: channels ${x.shape[1]} and ${channels} differ`
  if (problem !== undefined) return faulty('convTranspose2d', problem, [x, kernels])
  const along = (axis: 0 | 1, kernel: number): readonly [number, number] => {
    const before = perAxis(dilation)[axis] * (kernel - 1) - perAxis(padding)[axis]
    return [before, before + perAxis(outputPadding)[axis]]
  }
  const attributes: Convolution = {
    stride: [1, 1],
    padding: [along(0, Number(height)), along(1, Number(width))],
    dilation: perAxis(dilation),
    inputDilation: perAxis(stride),
    groups,
  }
  const turned = b.conv2d(x, convolutionKernels(kernels, groups), attributes)
  return turned.fault === undefined
    ? turned
    : faulty('convTranspose2d', turned.fault.message.replace('conv2d:', 'convTranspose2d:'), [x, kernels])
}
