/**
 * Shapes of convolution and pooling. Height and width are numbers: their arithmetic rounds. Sizes, strides, paddings and
 * dilations are one number for both axes, or `[height, width]`.
 */
import type { ShapeError } from './shape-error.js'
import type { Fits, Invariant } from './decide.js'
import type { AddDigits, DivideDigits, MultiplyDigits, SubtractDigits } from './arithmetic/digits.js'
import type { DivideDims, MultiplyDims } from './arithmetic/dim-arithmetic.js'
import type { LiteralDim, LiteralDims } from './dim-argument.js'
import type { ToNumber } from './arithmetic/dim-factors.js'
import type { NameOf, Show } from './show.js'

/** A number for height and width, or one for each. */
export type PerAxis = number | readonly [height: number, width: number]

type HeightOf<Steps> = Steps extends readonly [infer Height, unknown] ? Height : Steps
type WidthOf<Steps> = Steps extends readonly [unknown, infer Width] ? Width : Steps

/**
 * `[batch, outputs, height, width]` of images `[batch, channels, height, width]` under kernels
 * `[outputs, channels / groups, height, width]`.
 */
export type Conv2d<
  Images,
  Kernels,
  Stride = 1,
  Padding = 0,
  Dilation = 1,
  Groups extends number = 1,
> = Images extends [infer Batch, infer Channels, infer Height, infer Width]
  ? Kernels extends [infer Outputs, infer KernelChannels, infer KernelHeight, infer KernelWidth]
    ? Grouped<'conv2d', Channels, KernelChannels, Outputs, Groups> extends ShapeError<infer Sentence>
      ? ShapeError<Sentence>
      : StepsFit<'conv2d', Stride, Padding, Dilation> extends ShapeError<infer Sentence>
        ? ShapeError<Sentence>
        : Swept<
            [Batch, Outputs],
            Convolved<
              'conv2d',
              Height,
              KernelHeight,
              HeightOf<Stride>,
              HeightOf<Padding>,
              HeightOf<Dilation>,
              NotLiteral<Images, Kernels>
            >,
            Convolved<
              'conv2d',
              Width,
              KernelWidth,
              WidthOf<Stride>,
              WidthOf<Padding>,
              WidthOf<Dilation>,
              NotLiteral<Images, Kernels>
            >
          >
    : ShapeError<`conv2d: kernels are [outputs,channels,height,width], got [${Show<Kernels>}]`>
  : ShapeError<`conv2d: images are [batch,channels,height,width], got [${Show<Images>}]`>

/** `[batch, outputs, length]` of signals `[batch, channels, length]` under kernels `[outputs, channels / groups, length]`. */
export type Conv1d<Signals, Kernels, Stride, Padding, Dilation, Groups extends number> = Signals extends [
  infer Batch,
  infer Channels,
  infer Length,
]
  ? Kernels extends [infer Outputs, infer KernelChannels, infer KernelLength]
    ? Grouped<'conv1d', Channels, KernelChannels, Outputs, Groups> extends ShapeError<infer Sentence>
      ? ShapeError<Sentence>
      : StepsFit<'conv1d', Stride, Padding, Dilation> extends ShapeError<infer Sentence>
        ? ShapeError<Sentence>
        : Convolved<
              'conv1d',
              Length,
              KernelLength,
              Stride,
              Padding,
              Dilation,
              `conv1d: lengths are literal sizes, got [${Show<Signals>}] and [${Show<Kernels>}]`
            > extends infer OutLength
          ? OutLength extends ShapeError<string>
            ? OutLength
            : [Batch, Outputs, OutLength]
          : never
    : ShapeError<`conv1d: kernels are [outputs,channels,length], got [${Show<Kernels>}]`>
  : ShapeError<`conv1d: signals are [batch,channels,length], got [${Show<Signals>}]`>

/** A shape with height and width, or the sentence of one of them. */
type Swept<Front extends unknown[], Height, Width> =
  Height extends ShapeError<string>
    ? Height
    : Width extends ShapeError<string>
      ? Width
      : [...Front, Height, Width]

/** `Fits`, or what is wrong with the channels. */
type Grouped<
  Operation extends string,
  Channels,
  KernelChannels,
  Outputs,
  Groups extends number,
> = Groups extends 1
  ? Invariant<Channels> extends Invariant<KernelChannels>
    ? Fits
    : ShapeError<`${Operation}: channels ${NameOf<Channels>} and ${NameOf<KernelChannels>} differ`>
  : CountOf<Operation, Groups> extends ShapeError<infer Sentence>
    ? ShapeError<Sentence>
    : Invariant<Channels> extends Invariant<MultiplyDims<Groups, KernelChannels>>
      ? DivideDims<Outputs, Groups> extends ShapeError<infer Sentence extends string>
        ? ShapeError<`${Operation}: ${Sentence}`>
        : Fits
      : ShapeError<`${Operation}: channels ${NameOf<Channels>} are not ${Groups} groups of ${NameOf<KernelChannels>}`>

/** `Fits` for a number of groups. */
type CountOf<Operation extends string, Groups extends number> = number extends Groups
  ? ShapeError<`${Operation}: groups is a literal number`>
  : LiteralDim<Groups> extends Fits
    ? Groups extends 0
      ? ShapeError<`${Operation}: there is 1 group or more`>
      : Fits
    : LiteralDim<Groups>

/** `Fits`, or what keeps a number of groups from dividing the channels. */
export type ChannelGroups<Operation extends string, Channels, Groups extends number> = Groups extends 1
  ? Fits
  : CountOf<Operation, Groups> extends ShapeError<infer Sentence>
    ? ShapeError<Sentence>
    : DivideDims<Channels, Groups> extends ShapeError<infer Sentence extends string>
      ? ShapeError<`${Operation}: ${Sentence}`>
      : Fits

/** A number or a pair as a list. */
type ListOf<Steps> = Steps extends readonly unknown[] ? Steps : [Steps]

/** `Fits`, or what is wrong with the stride, the padding or the dilation. */
type StepsFit<Operation extends string, Stride, Padding, Dilation> =
  LiteralDims<ListOf<Stride>> extends Fits
    ? 0 extends ListOf<Stride>[number]
      ? ShapeError<`${Operation}: a stride is 1 or more`>
      : LiteralDims<ListOf<Dilation>> extends Fits
        ? 0 extends ListOf<Dilation>[number]
          ? ShapeError<`${Operation}: a dilation is 1 or more`>
          : Padding extends 'same'
            ? [Exclude<ListOf<Stride>[number], 1>] extends [never]
              ? Fits
              : ShapeError<`${Operation}: padding 'same' needs a stride of 1`>
            : LiteralDims<ListOf<Padding>>
        : LiteralDims<ListOf<Dilation>>
    : LiteralDims<ListOf<Stride>>

/** floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, or what keeps the kernel from fitting. */
type Convolved<
  Operation extends string,
  Size,
  Kernel,
  Stride,
  Padding,
  Dilation,
  Unknown extends string,
> = Size extends number
  ? Kernel extends number
    ? 0 extends Kernel | Size
      ? ShapeError<DoesNotFit<Operation, Kernel, Size, Padding>>
      : Padding extends 'same'
        ? Size
        : SubtractDigits<Padded<Size, Padding & number>, Spread<Kernel, Dilation & number>> extends infer Room
          ? Room extends 'negative'
            ? ShapeError<DoesNotFit<Operation, Kernel, Size, Padding>>
            : DivideDigits<Room, `${Stride & number}`> extends [infer Steps, string]
              ? ToNumber<AddDigits<Steps, '1'>>
              : never
          : never
    : ShapeError<Unknown>
  : ShapeError<Unknown>

/** dilation (kernel - 1) + 1, in digits. */
type Spread<Kernel extends number, Dilation extends number> = Dilation extends 1
  ? `${Kernel}`
  : AddDigits<MultiplyDigits<SubtractDigits<`${Kernel}`, '1'>, `${Dilation}`>, '1'>

type Padded<Size extends number, Padding extends number> = Padding extends 0
  ? `${Size}`
  : AddDigits<`${Size}`, Doubled<Padding>>

type Doubled<N extends number> = AddDigits<`${N}`, `${N}`>

type DoesNotFit<
  Operation extends string,
  Kernel extends number,
  Size extends number,
  Padding,
> = `${Operation}: a kernel of ${Kernel} does not fit into ${Size} with padding ${Padding & (string | number)}`

type NotLiteral<Images, Kernels> =
  `conv2d: height and width are literal sizes, got [${Show<Images>}] and [${Show<Kernels>}]`

/**
 * `[batch, outputs, height, width]` of images `[batch, channels, height, width]` under kernels
 * `[channels, outputs / groups, height, width]`, transposed: the sizes that a convolution would make the images from.
 */
export type ConvTranspose2d<
  Images,
  Kernels,
  Stride,
  Padding,
  Dilation,
  OutputPadding,
  Groups extends number,
> = Images extends [infer Batch, infer Channels, infer Height, infer Width]
  ? Kernels extends [infer KernelChannels, infer GroupOutputs, infer KernelHeight, infer KernelWidth]
    ? TransposedFit<
        Channels,
        KernelChannels,
        Stride,
        Padding,
        Dilation,
        OutputPadding,
        Groups
      > extends ShapeError<infer Sentence>
      ? ShapeError<Sentence>
      : Swept<
          [Batch, MultiplyDims<Groups, GroupOutputs>],
          Enlarged<
            Height,
            KernelHeight,
            HeightOf<Stride>,
            HeightOf<Padding>,
            HeightOf<Dilation>,
            HeightOf<OutputPadding>
          >,
          Enlarged<
            Width,
            KernelWidth,
            WidthOf<Stride>,
            WidthOf<Padding>,
            WidthOf<Dilation>,
            WidthOf<OutputPadding>
          >
        >
    : ShapeError<`convTranspose2d: kernels are [channels,outputs,height,width], got [${Show<Kernels>}]`>
  : ShapeError<`convTranspose2d: images are [batch,channels,height,width], got [${Show<Images>}]`>

type TransposedFit<
  Channels,
  KernelChannels,
  Stride,
  Padding,
  Dilation,
  OutputPadding,
  Groups extends number,
> =
  Invariant<Channels> extends Invariant<KernelChannels>
    ? CountOf<'convTranspose2d', Groups> extends ShapeError<infer Sentence>
      ? ShapeError<Sentence>
      : DivideDims<Channels, Groups> extends ShapeError<infer Sentence extends string>
        ? ShapeError<`convTranspose2d: ${Sentence}`>
        : LiteralDims<[...ListOf<Padding>, ...ListOf<OutputPadding>]> extends Fits
          ? StepsFit<'convTranspose2d', Stride, 0, Dilation>
          : LiteralDims<[...ListOf<Padding>, ...ListOf<OutputPadding>]>
    : ShapeError<`convTranspose2d: channels ${NameOf<Channels>} and ${NameOf<KernelChannels>} differ`>

/** (size - 1) stride + dilation (kernel - 1) + 1 + outputPadding - 2 padding */
type Enlarged<Size, Kernel, Stride, Padding, Dilation, OutputPadding> = Size extends number
  ? Kernel extends number
    ? 0 extends Kernel | Size
      ? ShapeError<NothingLeft<Size>>
      : SubtractDigits<
            AddDigits<
              MultiplyDigits<SubtractDigits<`${Size}`, '1'>, `${Stride & number}`>,
              AddDigits<Spread<Kernel, Dilation & number>, `${OutputPadding & number}`>
            >,
            Doubled<Padding & number>
          > extends infer Digits
        ? Digits extends 'negative' | '0'
          ? ShapeError<NothingLeft<Size>>
          : ToNumber<Digits>
        : never
    : ShapeError<'convTranspose2d: height and width are literal sizes'>
  : ShapeError<'convTranspose2d: height and width are literal sizes'>

type NothingLeft<Size extends number> = `convTranspose2d: nothing is left of ${Size} without the padding`

/** `[batch, channels, height, width]` after windows of a size have passed over the images by a stride. */
export type Pool2d<Operation extends string, Images, Size, Stride, Padding> = Images extends [
  infer Batch,
  infer Channels,
  infer Height,
  infer Width,
]
  ? LiteralDims<ListOf<Size>> extends Fits
    ? StepsFit<Operation, Stride, Padding extends 'same' ? never : Padding, 1> extends ShapeError<
        infer Sentence
      >
      ? ShapeError<Sentence>
      : Swept<
          [Batch, Channels],
          Convolved<
            Operation,
            Height,
            HeightOf<Size>,
            HeightOf<Stride>,
            HeightOf<Padding>,
            1,
            PooledUnknown<Operation, Images>
          >,
          Convolved<
            Operation,
            Width,
            WidthOf<Size>,
            WidthOf<Stride>,
            WidthOf<Padding>,
            1,
            PooledUnknown<Operation, Images>
          >
        >
    : LiteralDims<ListOf<Size>>
  : ShapeError<`${Operation}: images are [batch,channels,height,width], got [${Show<Images>}]`>

type PooledUnknown<
  Operation extends string,
  Images,
> = `${Operation}: height and width are literal sizes, got [${Show<Images>}]`

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
