/** Shapes of two-dimensional convolution and pooling. Height and width are numbers: their arithmetic rounds. */
import type { ShapeError } from '../tensor.js'
import type { Fits, Invariant } from './decide.js'
import type { AddDigits, DivideDigits, SubtractDigits } from './digits.js'
import type { DivideDims } from './dim-arithmetic.js'
import type { LiteralDim } from './dim-argument.js'
import type { ToNumber } from './dim-factors.js'
import type { NameOf, Show } from './show.js'

/** `[batch, outputs, height, width]` of images `[batch, channels, height, width]` under kernels `[outputs, channels, height, width]`. */
export type Conv2d<Images, Kernels, Stride extends number, Padding extends number> = Images extends [
  infer Batch,
  infer Channels,
  infer Height,
  infer Width,
]
  ? Kernels extends [infer Outputs, infer KernelChannels, infer KernelHeight, infer KernelWidth]
    ? Invariant<Channels> extends Invariant<KernelChannels>
      ? StepsFit<Stride, Padding> extends ShapeError<infer Sentence>
        ? ShapeError<Sentence>
        : Convolved<Height, KernelHeight, Stride, Padding, Images, Kernels> extends infer OutHeight
          ? Convolved<Width, KernelWidth, Stride, Padding, Images, Kernels> extends infer OutWidth
            ? OutHeight extends ShapeError<string>
              ? OutHeight
              : OutWidth extends ShapeError<string>
                ? OutWidth
                : [Batch, Outputs, OutHeight, OutWidth]
            : never
          : never
      : ShapeError<`conv2d: channels ${NameOf<Channels>} and ${NameOf<KernelChannels>} differ`>
    : ShapeError<`conv2d: kernels are [outputs,channels,height,width], got [${Show<Kernels>}]`>
  : ShapeError<`conv2d: images are [batch,channels,height,width], got [${Show<Images>}]`>

/** `Fits`, or what is wrong with the stride or the padding. */
type StepsFit<Stride extends number, Padding extends number> = number extends Stride | Padding
  ? ShapeError<'conv2d: stride and padding are literal numbers; there is no padding by name'>
  : LiteralDim<Stride> extends Fits
    ? Stride extends 0
      ? ShapeError<'conv2d: a stride is 1 or more'>
      : LiteralDim<Padding>
    : LiteralDim<Stride>

/** floor((size + 2 padding - kernel) / stride) + 1 */
type Convolved<
  Size,
  Kernel,
  Stride extends number,
  Padding extends number,
  Images,
  Kernels,
> = Size extends number
  ? Kernel extends number
    ? 0 extends Kernel | Size
      ? ShapeError<DoesNotFit<Kernel, Size, Padding>>
      : SubtractDigits<Padded<Size, Padding>, `${Kernel}`> extends infer Room
        ? Room extends 'negative'
          ? ShapeError<DoesNotFit<Kernel, Size, Padding>>
          : DivideDigits<Room, `${Stride}`> extends [infer Steps, string]
            ? ToNumber<AddDigits<Steps, '1'>>
            : never
        : never
    : ShapeError<NotLiteral<Images, Kernels>>
  : ShapeError<NotLiteral<Images, Kernels>>

type Padded<Size extends number, Padding extends number> = Padding extends 0
  ? `${Size}`
  : AddDigits<`${Size}`, AddDigits<`${Padding}`, `${Padding}`>>

type DoesNotFit<
  Kernel extends number,
  Size extends number,
  Padding extends number,
> = `conv2d: a kernel of ${Kernel} does not fit into ${Size} with padding ${Padding}`

type NotLiteral<Images, Kernels> =
  `conv2d: height and width are literal sizes, got [${Show<Images>}] and [${Show<Kernels>}]`

/** `[batch, channels, height / size, width / size]`, or `avgPool2d: 7 is not divisible by 2`. */
export type AvgPool2d<Images, Size extends number> =
  LiteralDim<Size> extends Fits ? Pooled<Images, Size> : LiteralDim<Size>

type Pooled<Images, Size extends number> = Images extends [
  infer Batch,
  infer Channels,
  infer Height,
  infer Width,
]
  ? DivideDims<Height, Size> extends infer OutHeight
    ? DivideDims<Width, Size> extends infer OutWidth
      ? OutHeight extends ShapeError<infer Sentence extends string>
        ? ShapeError<`avgPool2d: ${Sentence}`>
        : OutWidth extends ShapeError<infer Sentence extends string>
          ? ShapeError<`avgPool2d: ${Sentence}`>
          : [Batch, Channels, OutHeight, OutWidth]
      : never
    : never
  : ShapeError<`avgPool2d: images are [batch,channels,height,width], got [${Show<Images>}]`>
