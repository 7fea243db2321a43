/** Primitives that move elements, in ONNX. */
import type { Node } from '../../../dsl/primitives/primitive.js'
import { addDims, productOfDims } from '../../../shapes/dim.js'
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
    if (productOfDims(sizes) === 1) return { name, shape: sizes }
    const rankKept = sizes.length === permutation.length
    const from = rankKept ? sizes : shape(x)
    return {
      name: graph.emit('Transpose', [rankKept ? name : whole(x)], { perm: ints(permutation) }),
      shape: permutation.map((axis) => from[axis] ?? 1),
    }
  },
  reshape: (node, context) => {
    const { value, whole, shape } = context
    const to = shape(node)
    const source = unreshaped(node.operands[0])
    const known = value(source)
    if (known.shape.length === 0) return known
    return { name: reshaped(context, whole(source), shape(source), to), shape: to }
  },
  broadcastTo: ({ operands: [x] }, { value }) => value(x),
  concat: ({ attributes: { axis }, operands, ...node }, { graph, whole, shape }) => {
    const parts = operands.filter((part) => !shape(part).includes(0)).map(whole)
    const [only] = parts
    return {
      name:
        parts.length === 1 && only !== undefined ? only : graph.emit('Concat', parts, { axis: int(axis) }),
      shape: shape(node),
    }
  },
  slice: (
    { attributes: { axis, start, length }, operands: [x], ...node },
    { graph, whole, shape, size, sizes },
  ) => {
    const [from, to, full] = [size(start), addDims(size(start), size(length)), shape(x)[axis] ?? 0]
    return {
      name:
        from === 0 && to === full
          ? whole(x)
          : graph.emit('Slice', [
              whole(x),
              sizes.vector([from]),
              sizes.vector([sizes.atMost(to, full)]),
              graph.integers([axis]),
            ]),
      shape: shape(node),
    }
  },
  pad: (
    { attributes: { axis, before, size: total, value: fill }, operands: [x], ...node },
    { graph, whole, shape, size, sizes },
  ) => {
    const after = sizes.difference(size(total), addDims(size(before), shape(x)[axis] ?? 0))
    const amounts = [size(before), after].flatMap((amount) =>
      shape(x).map((_, i) => (i === axis ? amount : 0)),
    )
    return {
      name: amounts.every((amount) => amount === 0)
        ? whole(x)
        : graph.emit(
            'Pad',
            [whole(x), sizes.vector(amounts), graph.constant(elementTypeOf[node.dtype], [fill])],
            { mode: text('constant') },
          ),
      shape: shape(node),
    }
  },
}
