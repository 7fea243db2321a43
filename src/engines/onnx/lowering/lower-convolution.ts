/**
 * Convolution in ONNX. Its operator has neither negative padding nor dilated inputs: negative padding becomes a slice,
 * and zeros between elements are inserted by padding an axis of size 1.
 */
import type { Convolution } from '../../../dsl/primitives/primitive.js'
import { int, ints, text } from './graph-writer.js'
import type { GraphWriter } from './graph-writer.js'
import type { LoweringRules, Value } from './lowering-rule.js'
import { inPrecision } from './rounded-products.js'

type Pair = readonly [number, number]

/** [B,C,H,W] with `spacing - 1` zeros after every element of the last two axes. */
const spaced = (graph: GraphWriter, { name, shape }: Value, [down, across]: Pair): Value => {
  const [batch = 0, channels = 0, height = 0, width = 0] = shape
  if (down === 1 && across === 1) return { name, shape }
  const split = graph.emit('Reshape', [name, graph.integers([batch, channels, height, 1, width, 1])])
  const zeros = graph.integers([0, 0, 0, 0, 0, 0, 0, 0, 0, down - 1, 0, across - 1])
  const padded = graph.emit('Pad', [split, zeros, graph.constant('float32', [0])], { mode: text('constant') })
  const spread = [batch, channels, height * down, width * across]
  return { name: graph.emit('Reshape', [padded, graph.integers(spread)]), shape: spread }
}

/** The range of an axis that negative padding keeps, and the zeros that positive padding adds before and after it. */
const seen = (size: number, [low, high]: Pair) => ({
  start: Math.max(0, -low),
  end: Math.min(size, size + high),
  before: Math.max(0, low),
  after: Math.max(0, high),
})

const cropped = (graph: GraphWriter, { name, shape }: Value, axis: 2 | 3, { start, end }: Extent): Value =>
  start === 0 && end === shape[axis]
    ? { name, shape }
    : {
        name: graph.emit('Slice', [
          name,
          ...[start, end, axis].map((position) => graph.integers([position])),
        ]),
        shape: shape.map((size, i) => (i === axis ? end - start : size)),
      }

type Extent = ReturnType<typeof seen>

/** `spaced` puts zeros after the last element too, which a dilated input does not have: that many fewer are padded. */
const paddingAfterSpacing = ({ padding, inputDilation }: Convolution, axis: 0 | 1): Pair => [
  padding[axis][0],
  padding[axis][1] - (inputDilation[axis] - 1),
]

export const convolutionRules: LoweringRules<'conv2d'> = {
  conv2d: ({ attributes, operands: [x, kernels], ...node }, context) => {
    const { graph, whole, shape } = context
    const images = spaced(graph, { name: whole(x), shape: shape(x) }, attributes.inputDilation)
    const rows = seen(images.shape[2] ?? 0, paddingAfterSpacing(attributes, 0))
    const columns = seen(images.shape[3] ?? 0, paddingAfterSpacing(attributes, 1))
    if (rows.end <= rows.start || columns.end <= columns.start) {
      return { name: graph.constant('float32', [0]), shape: [] }
    }
    const visible = cropped(graph, cropped(graph, images, 2, rows), 3, columns)
    return {
      name: inPrecision(context, visible.name, whole(kernels), (...operands) =>
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
