/** Primitives that look up by position, in ONNX. */
import type { Node, NodeOf } from '../../../dsl/primitives/primitive.js'
import type { Dim, Shape } from '../../../shapes/dim.js'
import { productOfDims } from '../../../shapes/dim.js'
import { elementType, elementTypeOf, int, text } from './graph-writer.js'
import type { LoweringContext, LoweringRules } from './lowering-rule.js'
import { reshape } from './lowering-rule.js'

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

/** Indices of the largest or smallest elements along an axis; of equal ones the first comes first. */
const sortedIndices = (
  x: Node,
  axis: number,
  { count, largest }: { readonly count: Dim; readonly largest: boolean },
  context: LoweringContext,
): string =>
  toInt32(
    context.graph.emitResult(
      'TopK',
      [comparable(x, context), context.sizes.vector([count])],
      { axis: int(axis), largest: int(largest ? 1 : 0), sorted: int(1) },
      { count: 2, position: 1 },
    ),
    context,
  )

type Scatter = NodeOf<'scatterAdd' | 'scatterMax'>

/**
 * `empty` along an axis, combined with the updates where ids point. Not ScatterND: on several threads it loses updates
 * that meet in one row (measured with ONNX Runtime 1.30).
 */
const scatter = (
  values: string,
  { attributes: { axis }, operands: [operand, ids], ...node }: Scatter,
  context: LoweringContext,
  reduction: string,
  empty: string,
): string => {
  const { graph, shape, sizes } = context
  const count = productOfDims(shape(ids))
  const to = shape(node)
  const around = (length: Dim): Shape => to.map((size, i) => (i === axis ? length : size))
  const alongAxis = to.map((_, i) => (i === axis ? count : 1))
  const flatIds = reshape(context, checkedIds(ids, context), shape(ids), alongAxis)
  const positions = graph.emit('Expand', [flatIds, sizes.vector(around(count))])
  const updates = reshape(context, values, shape(operand), around(count))
  const nothing = graph.emit('Expand', [empty, sizes.vector(to)])
  return graph.emit('ScatterElements', [nothing, positions, updates], {
    axis: int(axis),
    reduction: text(reduction),
  })
}

/** The largest updates; NaN where one is NaN. ONNX Runtime's own maximum depends on their order. */
const scatteredMax = (node: NodeOf<'scatterMax'>, context: LoweringContext): string => {
  const { graph, whole } = context
  const updates = whole(node.operands[0])
  const initial = graph.constant(elementTypeOf[node.dtype], [node.attributes.value])
  if (node.dtype !== 'f32') return scatter(updates, node, context, 'max', initial)
  const number = (value: number): string => graph.constant('float32', [value])
  const isNumber = graph.emit('Equal', [updates, updates])
  const numbers = graph.emit('Where', [isNumber, updates, number(-Infinity)])
  const missing = graph.emit('Where', [isNumber, number(0), number(1)])
  const hasMissing = graph.emit('Less', [number(0), scatter(missing, node, context, 'max', number(0))])
  return graph.emit('Where', [
    hasMissing,
    number(Number.NaN),
    scatter(numbers, node, context, 'max', initial),
  ])
}

export const indexingRules: LoweringRules<
  | 'gather'
  | 'scatterAdd'
  | 'argMax'
  | 'topK'
  | 'scatterMax'
  | 'takeAlongAxis'
  | 'scatterAlongAxis'
  | 'argSort'
> = {
  gather: ({ attributes: { axis }, operands: [table, ids], ...node }, context) => ({
    name: context.graph.emit('Gather', [context.whole(table), checkedIds(ids, context)], { axis: int(axis) }),
    shape: context.shape(node),
  }),

  scatterAdd: (node, context) => {
    const zero = context.graph.constant(elementTypeOf[node.dtype], [0])
    const updates = context.whole(node.operands[0])
    return { name: scatter(updates, node, context, 'add', zero), shape: context.shape(node) }
  },
  scatterMax: (node, context) => ({ name: scatteredMax(node, context), shape: context.shape(node) }),

  takeAlongAxis: ({ attributes: { axis }, operands: [x, ids], ...node }, context) => ({
    name: context.graph.emit('GatherElements', [context.whole(x), checkedIds(ids, context)], {
      axis: int(axis),
    }),
    shape: context.shape(node),
  }),
  scatterAlongAxis: ({ attributes: { axis }, operands: [updates, ids], ...node }, context) => {
    const { graph, whole, shape, sizes } = context
    const to = shape(node)
    const zeros = graph.emit('Expand', [graph.constant(elementTypeOf[node.dtype], [0]), sizes.vector(to)])
    return {
      name: graph.emit('ScatterElements', [zeros, checkedIds(ids, context), whole(updates)], {
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
    name: sortedIndices(x, axis, { count: k, largest: true }, context),
    shape: context.shape(node),
  }),
  argSort: ({ attributes: { axis, descending }, operands: [x], ...node }, context) => ({
    name: sortedIndices(x, axis, { count: context.shape(x)[axis] ?? 1, largest: descending }, context),
    shape: context.shape(node),
  }),
}
