/**
 * Convolution in ONNX. Its operator has neither negative padding nor dilated inputs: negative padding becomes a slice,
 * and zeros between elements are inserted by padding an axis of size 1.
 */
import type { Dim } from '../../../shapes/dim.js'
import { multiplyDims } from '../../../shapes/dim.js'
import type { Convolution } from '../../../dsl/primitives/primitive.js'
import { int, ints, text } from './graph-writer.js'
import type { LoweringContext, LoweringRules, Value } from './lowering-rule.js'
import { reshape } from './lowering-rule.js'
import { inPrecision } from './rounded-products.js'

type Pair = readonly [number, number]

/** [B,C,H,W] with `spacing - 1` zeros after every element of the last two axes. */
const spaced = (context: LoweringContext, { name, shape }: Value, [down, across]: Pair): Value => {
  const { graph } = context
  const [batch = 0, channels = 0, height = 0, width = 0] = shape
  if (down === 1 && across === 1) return { name, shape }
  const apart = [batch, channels, height, 1, width, 1]
  const split = reshape(context, name, shape, apart)
  const zeros = graph.integers([0, 0, 0, 0, 0, 0, 0, 0, 0, down - 1, 0, across - 1])
  const padded = graph.emit('Pad', [split, zeros, graph.constant('float32', [0])], { mode: text('constant') })
  const spread = [batch, channels, multiplyDims(height, down), multiplyDims(width, across)]
  const full = [batch, channels, height, down, width, across]
  return { name: reshape(context, padded, full, spread), shape: spread }
}

/** A position past the end of any axis. */
const toTheEnd = 2 ** 31 - 1

/**
 * The range of an axis that negative padding keeps, and the zeros that positive padding adds before and after it. On an
 * axis of symbolic size, a negative end counts from the end of the axis.
 */
const seen = (size: Dim, [low, high]: Pair) => ({
  start: Math.max(0, -low),
  end: typeof size === 'number' ? Math.min(size, size + high) : high < 0 ? high : toTheEnd,
  isEmpty: typeof size === 'number' && Math.min(size, size + high) <= Math.max(0, -low),
  isWhole: low >= 0 && high >= 0,
  before: Math.max(0, low),
  after: Math.max(0, high),
})

const cropped = (
  { graph }: LoweringContext,
  name: string,
  axis: 2 | 3,
  { start, end, isWhole }: Range,
): string =>
  isWhole
    ? name
    : graph.emit('Slice', [name, ...[start, end, axis].map((position) => graph.integers([position]))])

type Range = ReturnType<typeof seen>

/** `spaced` puts zeros after the last element too, which a dilated input does not have: that many fewer are padded. */
const paddingAfterSpacing = ({ padding, inputDilation }: Convolution, axis: 0 | 1): Pair => [
  padding[axis][0],
  padding[axis][1] - (inputDilation[axis] - 1),
]

export const convolutionRules: LoweringRules<'conv2d'> = {
  conv2d: ({ attributes, operands: [x, kernels], ...node }, context) => {
    const { graph, whole, shape } = context
    const images = spaced(context, { name: whole(x), shape: shape(x) }, attributes.inputDilation)
    const rows = seen(images.shape[2] ?? 0, paddingAfterSpacing(attributes, 0))
    const columns = seen(images.shape[3] ?? 0, paddingAfterSpacing(attributes, 1))
    if (rows.isEmpty || columns.isEmpty) {
      return { name: graph.constant('float32', [0]), shape: [] }
    }
    const visible = cropped(context, cropped(context, images.name, 2, rows), 3, columns)
    return {
      name: inPrecision(context, visible, whole(kernels), (...operands) =>
        graph.emit('Conv', operands, {
          group: int(attributes.groups),
          strides: ints(attributes.stride),
          dilations: ints(attributes.dilation),
          pads: ints([rows.before, columns.before, rows.after, columns.after]),
        }),
      ),
      shape: shape(node),
    }
  },
}
