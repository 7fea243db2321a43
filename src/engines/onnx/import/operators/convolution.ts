/** Convolutions and poolings of ONNX. Sequences [B,C,L] are images of one row. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../../../../dsl/builder.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import type { Dim, Shape } from '../../../../shapes/dim.js'
import { divideDims, showShape } from '../../../../shapes/dim.js'
import type { Call, Operator, Operators } from '../call.js'
import { dimAt } from '../call.js'

/** How a window passes along one axis. */
interface Steps {
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly before: number
  readonly after: number
}

/** What zeros `auto_pad` puts around an axis of this size, so that the result has ceil(size / stride) elements. */
const automatic = (
  size: Dim,
  { kernel, stride, dilation }: Omit<Steps, 'before' | 'after'>,
  low: boolean,
) => {
  if (typeof size !== 'number') return undefined
  const all = Math.max(0, (Math.ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1 - size)
  const less = Math.floor(all / 2)
  return low ? { before: all - less, after: less } : { before: less, after: all - less }
}

/** The steps along each spatial axis; a sentence where they are not known. */
const stepsOf = ({ ints, text }: Call, x: Node, kernels: Shape): E.Either<string, readonly Steps[]> => {
  const spatial = x.shape.slice(2)
  const [strides, dilations, pads] = [ints('strides'), ints('dilations'), ints('pads')]
  const mode = text('auto_pad', 'NOTSET')
  const found = spatial.flatMap((size, axis): Steps[] => {
    const kernel = kernels[axis]
    if (typeof kernel !== 'number') return []
    const steps = { kernel, stride: strides?.[axis] ?? 1, dilation: dilations?.[axis] ?? 1 }
    if (mode.startsWith('SAME')) {
      const around = automatic(size, steps, mode === 'SAME_LOWER')
      return around === undefined ? [] : [{ ...steps, ...around }]
    }
    return [{ ...steps, before: pads?.[axis] ?? 0, after: pads?.[axis + spatial.length] ?? 0 }]
  })
  return found.length === spatial.length && (found.length === 1 || found.length === 2)
    ? E.right(found)
    : E.left(`images of ${showShape(x.shape)} under kernels of ${showShape(kernels)} are not read`)
}

const alone: Steps = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 }
const both = (steps: readonly Steps[]): readonly [Steps, Steps] => {
  const [first = alone, second] = steps
  return second === undefined ? [alone, first] : [first, second]
}

/** Images, or a sequence as images of one row. */
const asImages = (x: Node): Node => (x.shape.length === 3 ? b.expandDims(x, 2) : x)
const likeOperand = (result: Node, x: Node): Node => (x.shape.length === 3 ? b.dropAxis(result, 2) : result)

const withBias = (maps: Node, call: Call): Node =>
  call.has(2)
    ? b.add(maps, b.reshape(call.node(2), [dimAt(call.node(2), 0), ...maps.shape.slice(2).map(() => 1)]))
    : maps

const convolution: Operator = (call) => {
  const [x, w] = [call.node(0), call.node(1)]
  const steps = stepsOf(call, x, w.shape.slice(2))
  if (E.isLeft(steps)) return call.refuse(steps.left)
  const [rows, columns] = both(steps.right)
  const maps = b.conv2d(asImages(x), asImages(w), {
    stride: [rows.stride, columns.stride],
    padding: [
      [rows.before, rows.after],
      [columns.before, columns.after],
    ],
    dilation: [rows.dilation, columns.dilation],
    inputDilation: [1, 1],
    groups: call.int('group', 1),
  })
  return withBias(likeOperand(maps, x), call)
}

/** The positions of an axis in the opposite order. */
const flipped = (x: Node, axis: number): Node => {
  const size = x.shape[axis]
  return typeof size !== 'number' || size === 1
    ? x
    : b.gather(
        x,
        b.literal(
          Array.from({ length: size }, (_, i) => size - 1 - i),
          [size],
          'i32',
        ),
        axis,
      )
}

/** A transposed convolution is a convolution of spread images under turned kernels. */
const transposedConvolution: Operator = (call) => {
  const [x, w] = [call.node(0), call.node(1)]
  const groups = call.int('group', 1)
  const steps = stepsOf(call, x, w.shape.slice(2))
  if (E.isLeft(steps)) return call.refuse(steps.left)
  if (call.text('auto_pad', 'NOTSET') !== 'NOTSET' || call.ints('output_shape') !== undefined)
    return call.refuse('only explicit padding is read')
  const [rows, columns] = both(steps.right)
  const extra = call.ints('output_padding') ?? []
  const [extraRows = 0, extraColumns = 0] = x.shape.length === 3 ? [0, extra[0]] : extra
  const kernels = asImages(w)
  const [channels = 1, outputs = 1, height = 1, width = 1] = kernels.shape
  const inGroup = divideDims(channels, groups)
  if (E.isLeft(inGroup)) return call.refuse(inGroup.left)
  const split = b.reshape(kernels, [groups, inGroup.right, outputs, height, width])
  const turned = flipped(flipped(b.transpose(split, [0, 2, 1, 3, 4]), 3), 4)
  const all = typeof outputs === 'number' ? outputs * groups : outputs
  const around = ({ kernel, dilation, before, after }: Steps, more: number): [number, number] => [
    dilation * (kernel - 1) - before,
    dilation * (kernel - 1) - after + more,
  ]
  const maps = b.conv2d(asImages(x), b.reshape(turned, [all, inGroup.right, height, width]), {
    stride: [1, 1],
    padding: [around(rows, extraRows), around(columns, extraColumns)],
    dilation: [rows.dilation, columns.dilation],
    inputDilation: [rows.stride, columns.stride],
    groups,
  })
  return withBias(likeOperand(maps, x), call)
}

/** How many windows an axis has; with `ceil`, a last one that begins inside and ends outside. */
const windowCount = (
  size: number,
  { kernel, stride, dilation, before, after }: Steps,
  ceil: boolean,
): number => {
  const room = size + before + after - ((kernel - 1) * dilation + 1)
  const count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1
  return ceil && (count - 1) * stride >= size + before ? count - 1 : count
}

/** For each place in a window, the elements that all windows along an axis have there. */
const windowed = (x: Node, axis: number, steps: Steps, count: number, fill: number): readonly Node[] => {
  const { kernel, stride, dilation, before } = steps
  const size = Number(x.shape[axis])
  const wanted = (kernel - 1) * dilation + count * stride
  const padded = b.pad(x, axis, before, Math.max(0, wanted - size - before), fill)
  return Array.from({ length: kernel }, (_, place) => {
    const blocks = b.slice(padded, axis, place * dilation, count * stride)
    const split = [...x.shape.slice(0, axis), count, stride, ...x.shape.slice(axis + 1)]
    return stride === 1 ? blocks : b.dropAxis(b.slice(b.reshape(blocks, split), axis + 1, 0, 1), axis + 1)
  })
}

/** How many elements of the operand, or of the padding too, each window along an axis has. */
const windowSizes = (size: number, steps: Steps, count: number, withPadding: boolean): readonly number[] =>
  Array.from({ length: count }, (_, at) => {
    const places = Array.from(
      { length: steps.kernel },
      (_, i) => at * steps.stride + i * steps.dilation - steps.before,
    )
    const [low, high] = withPadding ? [-steps.before, size + steps.after] : [0, size]
    return places.filter((place) => place >= low && place < high).length
  })

const pooling =
  (pool: (x: Node, axis: number, steps: Steps, count: number, call: Call) => Node): Operator =>
  (call) => {
    const x = call.node(0)
    const steps = stepsOf(call, x, call.ints('kernel_shape') ?? [])
    if (E.isLeft(steps)) return call.refuse(steps.left)
    const open = x.shape.slice(2).find((size) => typeof size !== 'number')
    if (open !== undefined) return call.refuse(`images of ${showShape(x.shape)}: give '${open}' a size`)
    if (call.results > 1) return call.refuse('positions of the largest elements are not read')
    const ceil = call.int('ceil_mode', 0) === 1
    return steps.right.reduce(
      (found, each, i) => pool(found, i + 2, each, windowCount(Number(found.shape[i + 2]), each, ceil), call),
      x,
    )
  }

const largest = pooling((x, axis, steps, count) =>
  windowed(x, axis, steps, count, -Infinity).reduce((found, part) => b.maximum(found, part)),
)

const average = pooling((x, axis, steps, count, { int }) => {
  const total = windowed(x, axis, steps, count, 0).reduce((found, part) => b.add(found, part))
  const sizes = windowSizes(Number(x.shape[axis]), steps, count, int('count_include_pad', 0) === 1)
  const [first = 1] = sizes
  if (sizes.every((size) => size === first)) return b.scale(total, 1 / first)
  const shape = [count, ...x.shape.slice(axis + 1).map(() => 1)]
  return b.mul(
    total,
    b.literal(
      sizes.map((size) => 1 / size),
      shape,
    ),
  )
})

const global =
  (reduce: (x: Node, axes: readonly number[], keepDims: boolean) => Node): Operator =>
  ({ node }) =>
    reduce(
      node(0),
      node(0).shape.flatMap((_, axis) => (axis < 2 ? [] : [axis])),
      true,
    )

export const convolutionOperators: Operators = {
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  MaxPool: largest,
  AveragePool: average,
  GlobalAveragePool: global(b.mean),
  GlobalMaxPool: global(b.max),
}
