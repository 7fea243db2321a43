/** Primitives that move elements, in ONNX. */
import type { Node } from '../../../dsl/primitives/primitive.js'
import { elementCount } from '../../../values/value.js'
import { elementTypeOf, int, ints, text } from './graph-writer.js'
import type { LoweringRules } from './lowering-rule.js'
import { reshaped } from './lowering-rule.js'

/** The operand of a chain of reshapes. */
const unreshaped = (x: Node): Node => {
  let source = x
  while (source.op === 'reshape' || source.op === 'stopGradient' || source.op === 'withGradient') {
    source = source.operands[0]
  }
  return source
}

export const layoutRules: LoweringRules<
  'transpose' | 'reshape' | 'broadcastTo' | 'concat' | 'slice' | 'pad'
> = {
  transpose: ({ attributes: { permutation }, operands: [x] }, { graph, value, whole, shape }) => {
    const { name, shape: sizes } = value(x)
    if (elementCount(sizes) === 1) return { name, shape: sizes }
    const rankKept = sizes.length === permutation.length
    const from = rankKept ? sizes : shape(x)
    return {
      name: graph.emit('Transpose', [rankKept ? name : whole(x)], { perm: ints(permutation) }),
      shape: permutation.map((axis) => from[axis] ?? 1),
    }
  },
  reshape: (node, { graph, value, whole, shape }) => {
    const to = shape(node)
    const source = unreshaped(node.operands[0])
    const known = value(source)
    if (known.shape.length === 0) return known
    return { name: reshaped(graph, whole(source), shape(source), to), shape: to }
  },
  broadcastTo: ({ operands: [x] }, { value }) => value(x),
  concat: ({ attributes: { axis }, operands, ...node }, { graph, whole, shape }) => {
    const parts = operands.filter((part) => elementCount(shape(part)) > 0).map(whole)
    const [only] = parts
    return {
      name:
        parts.length === 1 && only !== undefined ? only : graph.emit('Concat', parts, { axis: int(axis) }),
      shape: shape(node),
    }
  },
  slice: ({ attributes: { axis, start, length }, operands: [x], ...node }, { graph, whole, shape, size }) => {
    const [from, to] = [size(start), size(start) + size(length)]
    return {
      name:
        from === 0 && to === shape(x)[axis]
          ? whole(x)
          : graph.emit('Slice', [
              whole(x),
              ...[from, to, axis].map((position) => graph.integers([position])),
            ]),
      shape: shape(node),
    }
  },
  pad: (
    { attributes: { axis, before, size: total, value: fill }, operands: [x], ...node },
    { graph, whole, shape, size },
  ) => {
    const sizes = shape(x)
    const after = size(total) - size(before) - (sizes[axis] ?? 0)
    const amounts = [size(before), after].flatMap((amount) => sizes.map((_, i) => (i === axis ? amount : 0)))
    return {
      name: amounts.every((amount) => amount === 0)
        ? whole(x)
        : graph.emit(
            'Pad',
            [whole(x), graph.integers(amounts), graph.constant(elementTypeOf[node.dtype], [fill])],
            { mode: text('constant') },
          ),
      shape: shape(node),
    }
  },
}
