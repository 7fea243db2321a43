/** The output size of a convolution along one spatial axis, and whether its attributes and sizes are valid. */
import * as E from 'fp-ts/lib/Either.js'
import type { Dim } from '../../shapes/dim.js'
import { divideDims, multiplyDims } from '../../shapes/dim.js'
import type { Convolution } from './primitive.js'

/** The attributes of a convolution along one axis. */
interface Steps {
  readonly stride: number
  readonly padding: readonly [number, number]
  readonly dilation: number
  readonly inputDilation: number
}

/** Output size of one spatial axis of a convolution. */
export const convolvedSize = (
  input: number,
  kernel: number,
  { stride, padding, dilation, inputDilation }: Steps,
): number => {
  const dilatedInput = input === 0 ? 0 : (input - 1) * inputDilation + 1
  const dilatedKernel = (kernel - 1) * dilation + 1
  const room = dilatedInput + padding[0] + padding[1] - dilatedKernel
  return room < 0 ? 0 : Math.floor(room / stride) + 1
}

/** The steps along the rows (0) or the columns (1). */
export const stepsAlong = (attributes: Convolution, axis: 0 | 1): Steps => ({
  stride: attributes.stride[axis],
  padding: attributes.padding[axis],
  dilation: attributes.dilation[axis],
  inputDilation: attributes.inputDilation[axis],
})

/**
 * The number of multiply-adds along one axis: pairs of an output position and a kernel element. Pairs that read padding
 * count; pairs that read the zeros between the elements of a dilated input do not.
 */
export const convolvedPairs = (input: number, kernel: number, steps: Steps): number => {
  const { stride, padding, dilation, inputDilation } = steps
  const places = convolvedSize(input, kernel, steps)
  const meets = (place: number, element: number): boolean =>
    (place * stride + element * dilation - padding[0]) % inputDilation === 0
  return Array.from({ length: places * kernel }, (_, pair) =>
    meets(Math.floor(pair / kernel), pair % kernel),
  ).filter(Boolean).length
}

/** What is wrong with the attributes or sizes of a convolution along an axis; undefined if nothing is. */
export const expectConvolvable = (size: number, kernel: number, steps: Steps): string | undefined => {
  const { stride, padding, dilation, inputDilation } = steps
  if ([stride, dilation, inputDilation].some((step) => !Number.isSafeInteger(step) || step < 1)) {
    return `conv2d: stride and dilations are whole numbers of at least 1, got ${stride}, ${dilation} and ${inputDilation}`
  }
  if (!padding.every(Number.isSafeInteger))
    return `conv2d: padding [${padding.join(',')}] is not of whole numbers`
  const [before, after] = padding
  return size > 0 && kernel > 0 && convolvedSize(size, kernel, steps) > 0
    ? undefined
    : `conv2d: a kernel of ${kernel} does not fit into ${size} with padding ${before === after ? before : padding.join(' and ')}`
}

/** What is wrong with the groups of a convolution; undefined if nothing is. */
export const expectGroups = (
  groups: number,
  channels: Dim,
  kernelChannels: Dim,
  outputs: Dim,
): string | undefined => {
  if (!Number.isSafeInteger(groups) || groups < 1) return 'conv2d: there is 1 group or more'
  if (groups === 1) {
    return channels === kernelChannels
      ? undefined
      : `conv2d: channels ${channels} and ${kernelChannels} differ`
  }
  if (channels !== multiplyDims(groups, kernelChannels)) {
    return `conv2d: channels ${channels} are not ${groups} groups of ${kernelChannels}`
  }
  const divided = divideDims(outputs, groups)
  return E.isLeft(divided) ? `conv2d: ${divided.left}` : undefined
}
