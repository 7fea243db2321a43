/** Primitives that look up by position, in ONNX. */
import type { Node } from '../../dsl/primitives/primitive.js'
import { elementCount } from '../../dsl/values/value.js'
import { elementType, elementTypeOf, int, text } from './graph-writer.js'
import type { LoweringContext, LoweringRules } from './lowering-rule.js'

const largestFloat = (2 - 2 ** -23) * 2 ** 127

/**
 * Ids with negative ones replaced by 2^31 - 1, which the operator rejects as out of range. ONNX would count negative
 * ids from the end of the axis; here they are mistakes.
 */
const checkedIds = (ids: Node, { graph, whole }: LoweringContext): string => {
  const name = whole(ids)
  const negative = graph.emit('Less', [name, graph.constant('int32', [0])])
  return graph.emit('Where', [negative, graph.constant('int32', [2 ** 31 - 1]), name])
}

/** Elements with the order of this library, in which NaN is the largest: NaN becomes infinity, infinity the largest float32. */
const comparable = (x: Node, { graph, whole }: LoweringContext): string => {
  if (x.dtype !== 'f32') return whole(x)
  const [name, infinity] = [whole(x), graph.constant('float32', [Infinity])]
  const finite = graph.emit('Min', [name, graph.constant('float32', [largestFloat])])
  return graph.emit('Where', [graph.emit('Equal', [name, name]), finite, infinity])
}

const toInt32 = (name: string, { graph }: LoweringContext): string =>
  graph.emit('Cast', [name], { to: elementType('int32') })

export const indexingRules: LoweringRules<'gather' | 'scatterAdd' | 'argMax' | 'topK'> = {
  gather: ({ attributes: { axis }, operands: [table, ids], ...node }, context) => ({
    name: context.graph.emit('Gather', [context.whole(table), checkedIds(ids, context)], { axis: int(axis) }),
    shape: context.shape(node),
  }),

  // Not ScatterND: on several threads it loses updates that meet in one row (measured with ONNX Runtime 1.30).
  scatterAdd: ({ attributes: { axis }, operands: [updates, ids], ...node }, context) => {
    const { graph, whole, shape } = context
    const count = elementCount(shape(ids))
    const to = shape(node)
    const around = (length: number): readonly number[] => to.map((size, i) => (i === axis ? length : size))
    const alongAxis = to.map((_, i) => (i === axis ? count : 1))
    const flatIds = graph.emit('Reshape', [checkedIds(ids, context), graph.integers(alongAxis)])
    const positions = graph.emit('Expand', [flatIds, graph.integers(around(count))])
    const flatUpdates = graph.emit('Reshape', [whole(updates), graph.integers(around(count))])
    const zeros = graph.emit('Expand', [graph.constant(elementTypeOf[node.dtype], [0]), graph.integers(to)])
    return {
      name: graph.emit('ScatterElements', [zeros, positions, flatUpdates], {
        axis: int(axis),
        reduction: text('add'),
      }),
      shape: to,
    }
  },

  argMax: ({ attributes: { axis }, operands: [x], ...node }, context) => ({
    name: toInt32(
      context.graph.emit('ArgMax', [comparable(x, context)], { axis: int(axis), keepdims: int(0) }),
      context,
    ),
    shape: context.shape(node),
  }),
  topK: ({ attributes: { axis, k }, operands: [x], ...node }, context) => ({
    name: toInt32(
      context.graph.emitResult(
        'TopK',
        [comparable(x, context), context.graph.integers([k])],
        { axis: int(axis), largest: int(1), sorted: int(1) },
        { count: 2, position: 1 },
      ),
      context,
    ),
    shape: context.shape(node),
  }),
}
