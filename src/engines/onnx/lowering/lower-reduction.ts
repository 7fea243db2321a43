/** Reductions, softmax and layer normalisation in ONNX. */
import type { NodeOf } from '../../../dsl/primitives/primitive.js'
import { elementType, float, int } from './graph-writer.js'
import type { LoweringContext, LoweringRules, Value } from './lowering-rule.js'
import { wrapped } from './lowering-rule.js'

type Reduction = NodeOf<'sum' | 'mean' | 'prod' | 'max' | 'logSumExp'>

const reduction =
  (reduce: (x: string, node: Reduction, context: LoweringContext) => string) =>
  (node: Reduction, context: LoweringContext): Value => {
    const [x] = node.operands
    // For ONNX an empty list of axes means all axes.
    return node.attributes.axes.length === 0
      ? context.value(x)
      : { name: reduce(context.whole(x), node, context), shape: context.shape(node) }
  }

const reduceWith =
  (opType: string) =>
  (x: string, { attributes: { axes, keepDims } }: Reduction, { graph }: LoweringContext): string =>
    graph.emit(opType, [x, graph.integers(axes)], { keepdims: int(keepDims ? 1 : 0) })

/** The maximum; NaN if an element is NaN. ONNX Runtime's own maximum skips NaN. */
const largest = (x: string, node: Reduction, context: LoweringContext): string => {
  const { graph } = context
  const found = reduceWith('ReduceMax')(x, node, context)
  if (node.dtype !== 'f32') return found
  const numbers = graph.emit('Where', [
    graph.emit('Equal', [x, x]),
    graph.constant('float32', [1]),
    graph.constant('float32', [0]),
  ])
  const allNumbers = graph.emit('Less', [
    graph.constant('float32', [0]),
    reduceWith('ReduceMin')(numbers, node, context),
  ])
  return graph.emit('Where', [allNumbers, found, graph.constant('float32', [Number.NaN])])
}

/** The sum; that of integers wraps at 32 bits. ONNX Runtime adds them in double precision and clamps. */
const total = (x: string, node: Reduction, context: LoweringContext): string => {
  if (node.dtype !== 'i32') return reduceWith('ReduceSum')(x, node, context)
  const wide = context.graph.emit('Cast', [x], { to: elementType('int64') })
  return wrapped(reduceWith('ReduceSum')(wide, node, context), context)
}

/** The logarithm of the sum of exponentials, as `primitives/definitions.ts` has it where the operator may overflow. */
const logOfSum = (x: string, node: Reduction, context: LoweringContext): string => {
  const { graph, dialect } = context
  if (dialect.shiftsLogSumExp) return reduceWith('ReduceLogSumExp')(x, node, context)
  const keeping = { ...node, attributes: { ...node.attributes, keepDims: true } }
  const most = reduceWith('ReduceMax')(x, keeping, context)
  const finite = graph.emit('Less', [graph.emit('Abs', [most]), graph.constant('float32', [Infinity])])
  const shift = graph.emit('Where', [finite, most, graph.constant('float32', [0])])
  const exponentials = graph.emit('Exp', [graph.emit('Sub', [x, shift])])
  const logarithm = graph.emit('Log', [reduceWith('ReduceSum')(exponentials, keeping, context)])
  const kept = graph.emit('Add', [logarithm, shift])
  return node.attributes.keepDims ? kept : graph.emit('Squeeze', [kept, graph.integers(node.attributes.axes)])
}

const alongAxis =
  (opType: string) =>
  (
    { attributes: { axis }, operands: [x], ...node }: NodeOf<'softmax' | 'logSoftmax'>,
    { graph, whole, shape }: LoweringContext,
  ): Value => ({ name: graph.emit(opType, [whole(x)], { axis: int(axis) }), shape: shape(node) })

export const reductionRules: LoweringRules<
  'sum' | 'mean' | 'prod' | 'max' | 'logSumExp' | 'softmax' | 'logSoftmax' | 'layerNorm'
> = {
  sum: reduction(total),
  mean: reduction(reduceWith('ReduceMean')),
  prod: reduction(reduceWith('ReduceProd')),
  max: reduction(largest),
  logSumExp: reduction(logOfSum),
  softmax: alongAxis('Softmax'),
  logSoftmax: alongAxis('LogSoftmax'),
  layerNorm: ({ attributes: { epsilon }, operands: [x, gain, bias], ...node }, { graph, whole, shape }) => ({
    name: graph.emit('LayerNormalization', [whole(x), whole(gain), whole(bias)], {
      axis: int(-1),
      epsilon: float(epsilon),
    }),
    shape: shape(node),
  }),
}
