/** The gradients of a convolution: convolutions again, so that they have gradients themselves. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../builder.js'
import type { Dim, Shape } from '../../shapes/dim.js'
import { divideDims, productOfDims } from '../../shapes/dim.js'
import type { Convolution, Node, NodeOf } from './primitive.js'

const size = (shape: Shape, axis: number): number => Number(shape[axis])

const mirrored = (x: Node, axis: number): Node => {
  const length = size(x.shape, axis)
  const ids = Array.from({ length }, (_, i) => length - 1 - i)
  return length === 1 ? x : b.gather(x, b.literal(ids, [length], 'i32'), axis)
}

/** Sizes along one spatial axis that both gradients of a convolution need. */
const extents = (y: NodeOf<'conv2d'>, axis: 0 | 1) => {
  const [x, w] = y.operands
  const { stride, dilation, inputDilation, padding } = y.attributes
  const kernel = size(w.shape, axis + 2)
  return {
    kernel,
    dilation: dilation[axis],
    before: padding[axis][0],
    input: (size(x.shape, axis + 2) - 1) * inputDilation[axis] + 1,
    window: (kernel - 1) * dilation[axis] + 1,
    output: (size(y.shape, axis + 2) - 1) * stride[axis] + 1,
  }
}

/** An axis of a size that groups divide, cut into [groups, size / groups]. */
const cut = (x: Node, axis: number, groups: number): Node => {
  const inGroup = E.getOrElse((): Dim => Number.NaN)(divideDims(x.shape[axis] ?? 1, groups))
  return b.reshape(x, [...x.shape.slice(0, axis), groups, inGroup, ...x.shape.slice(axis + 1)])
}

/** Axes `axis` and `axis + 1` made one. */
const joined = (x: Node, axis: number): Node =>
  b.reshape(x, [
    ...x.shape.slice(0, axis),
    productOfDims(x.shape.slice(axis, axis + 2)),
    ...x.shape.slice(axis + 2),
  ])

/** Kernels [O,C/groups,h,w] with inputs and outputs exchanged in each group: [C,O/groups,h,w]. */
const exchanged = (kernels: Node, groups: number): Node =>
  groups === 1
    ? b.transpose(kernels, [1, 0, 2, 3])
    : joined(b.transpose(cut(kernels, 0, groups), [0, 2, 1, 3, 4]), 0)

/** Images [B,C,H,W] as [C/groups,groups*B,H,W]: the batch in the place of the channels of each group. */
const batchAsChannels = (images: Node, groups: number): Node =>
  groups === 1
    ? b.transpose(images, [1, 0, 2, 3])
    : joined(b.transpose(cut(images, 1, groups), [2, 1, 0, 3, 4]), 1)

/** The kernels with which the transpose of a convolution with these is a convolution. */
export const convolutionKernels = (kernels: Node, groups: number): Node =>
  exchanged(mirrored(mirrored(kernels, 2), 3), groups)

/** dx: the cotangent, spread by the stride, convolved with the mirrored kernels; inputs and outputs exchanged. */
export const imagesCotangent = (y: NodeOf<'conv2d'>, dy: Node): Node => {
  const padding = (axis: 0 | 1): readonly [number, number] => {
    const { before, input, window, output } = extents(y, axis)
    const low = window - 1 - before
    return [low, input + window - 1 - output - low]
  }
  const attributes: Convolution = {
    stride: y.attributes.inputDilation,
    padding: [padding(0), padding(1)],
    dilation: y.attributes.dilation,
    inputDilation: y.attributes.stride,
    groups: y.attributes.groups,
  }
  return b.conv2d(dy, convolutionKernels(y.operands[1], y.attributes.groups), attributes)
}

/** dw: the input convolved with the cotangent, batch in the place of channels, stride and dilation exchanged. */
export const kernelsCotangent = (y: NodeOf<'conv2d'>, dy: Node): Node => {
  const padding = (axis: 0 | 1): readonly [number, number] => {
    const { kernel, dilation, before, input, output } = extents(y, axis)
    return [before, output + (kernel - 1) * dilation - input - before]
  }
  const attributes: Convolution = {
    stride: y.attributes.dilation,
    padding: [padding(0), padding(1)],
    dilation: y.attributes.stride,
    inputDilation: y.attributes.inputDilation,
    groups: y.attributes.groups,
  }
  const swap = [1, 0, 2, 3]
  const images = batchAsChannels(y.operands[0], y.attributes.groups)
  return b.transpose(b.conv2d(images, b.transpose(dy, swap), attributes), swap)
}
