/**
 * Cumulative sums and maxima and linear recurrences, in ONNX. ONNX has operators for sums only: the others are doublings
 * along an axis of known size, and a `Scan` along one whose size is known only when the model runs.
 */
import { accumulated, recurrence } from '../../doubling.js'
import type { Node } from '../../../dsl/primitives/primitive.js'
import type { GraphWriter } from './graph-writer.js'
import { elementTypeOf, graph as graphAttribute, int, ints, valueInfo } from './graph-writer.js'
import type { LoweringContext, LoweringRules } from './lowering-rule.js'

const alongAxis = ({ graph }: LoweringContext, axis: number) => ({
  part: (x: string, from: number, to: number): string =>
    graph.emit('Slice', [x, ...[from, to, axis].map((position) => graph.integers([position]))]),
  join: (first: string, second: string): string => graph.emit('Concat', [first, second], { axis: int(axis) }),
  add: (a: string, b: string): string => graph.emit('Add', [a, b]),
  mul: (a: string, b: string): string => graph.emit('Mul', [a, b]),
})

interface Steps {
  readonly axis: number
  readonly reverse: boolean
  /** The state before the first step, at every position of the other axes. */
  readonly initial: number
  /** The state after a step, from the state before it and the elements at its position. */
  readonly next: (graph: GraphWriter, state: string, elements: readonly string[]) => string
}

/** The states after each step along an axis of operands of one type and shape. */
const stepByStep = (
  operands: readonly Node[],
  { axis, reverse, initial, next }: Steps,
  { graph, whole, shape, sizes }: LoweringContext,
): string => {
  const [first] = operands
  const { dtype } = first ?? { dtype: 'f32' }
  const others = first === undefined ? [] : shape(first).filter((_, i) => i !== axis)
  const edge = (like: string) => ({ name: graph.freeName(`cumulative/${like}`), dtype, shape: others })
  const [state, after, result, slices] = [
    edge('state'),
    edge('next'),
    edge('result'),
    operands.map(() => edge('slice')),
  ]
  const inner = graph.inner()
  const value = next(
    inner,
    state.name,
    slices.map(({ name }) => name),
  )
  const { nodes, constants } = inner.finish([
    { value, name: after.name },
    { value, name: result.name },
  ])
  const start = graph.constant(elementTypeOf[dtype], [initial])
  const directions = ints(operands.map(() => Number(reverse)))
  const [, stacked = ''] = graph.emitLoop(
    'Scan',
    [graph.emit('Expand', [start, sizes.vector(others)]), ...operands.map(whole)],
    {
      body: graphAttribute({
        name: graph.freeName('cumulative/body'),
        node: nodes,
        initializer: constants,
        input: [state, ...slices].map(valueInfo),
        output: [after, result].map(valueInfo),
      }),
      num_scan_inputs: int(operands.length),
      scan_input_axes: ints(operands.map(() => axis)),
      scan_input_directions: directions,
      scan_output_axes: ints([axis]),
      scan_output_directions: ints([Number(reverse)]),
    },
    2,
  )
  return stacked
}

export const cumulativeRules: LoweringRules<'cumsum' | 'cummax' | 'linearRecurrence'> = {
  cumsum: (
    { attributes: { axis, exclusive, reverse }, operands: [x], ...node },
    { graph, whole, shape },
  ) => ({
    name: graph.emit('CumSum', [whole(x), graph.constant('int64', [axis])], {
      exclusive: int(exclusive ? 1 : 0),
      reverse: int(reverse ? 1 : 0),
    }),
    shape: shape(node),
  }),
  cummax: ({ attributes: { axis, reverse }, operands: [x], ...node }, context) => {
    const { graph, whole, shape } = context
    const length = shape(x)[axis] ?? 1
    return {
      name:
        typeof length === 'number'
          ? accumulated(whole(x), length, reverse, alongAxis(context, axis), (own, before) =>
              graph.emit('Max', [own, before]),
            )
          : stepByStep(
              [x],
              {
                axis,
                reverse,
                initial: x.dtype === 'f32' ? -Infinity : -(2 ** 31),
                next: (inner, largest, elements) => inner.emit('Max', [largest, ...elements]),
              },
              context,
            ),
      shape: shape(node),
    }
  },
  linearRecurrence: ({ attributes: { axis, reverse }, operands: [decay, x], ...node }, context) => {
    const { whole, shape } = context
    const length = shape(x)[axis] ?? 1
    return {
      name:
        typeof length === 'number'
          ? recurrence(whole(decay), whole(x), length, reverse, alongAxis(context, axis))
          : stepByStep(
              [decay, x],
              {
                axis,
                reverse,
                initial: 0,
                next: (inner, state, [a = '', added = '']) =>
                  inner.emit('Add', [inner.emit('Mul', [a, state]), added]),
              },
              context,
            ),
      shape: shape(node),
    }
  },
}
