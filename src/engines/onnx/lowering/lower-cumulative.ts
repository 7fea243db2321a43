/** Cumulative sums and maxima and linear recurrences, in ONNX. */
import { accumulated, recurrence } from '../../doubling.js'
import { int } from './graph-writer.js'
import type { LoweringContext, LoweringRules } from './lowering-rule.js'

const alongAxis = ({ graph }: LoweringContext, axis: number) => ({
  part: (x: string, from: number, to: number): string =>
    graph.emit('Slice', [x, ...[from, to, axis].map((position) => graph.integers([position]))]),
  join: (first: string, second: string): string => graph.emit('Concat', [first, second], { axis: int(axis) }),
  add: (a: string, b: string): string => graph.emit('Add', [a, b]),
  mul: (a: string, b: string): string => graph.emit('Mul', [a, b]),
})

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
  // ONNX has no cumulative maximum.
  cummax: ({ attributes: { axis, reverse }, operands: [x], ...node }, context) => {
    const { graph, whole, shape } = context
    return {
      name: accumulated(whole(x), shape(x)[axis] ?? 1, reverse, alongAxis(context, axis), (own, before) =>
        graph.emit('Max', [own, before]),
      ),
      shape: shape(node),
    }
  },
  linearRecurrence: ({ attributes: { axis, reverse }, operands: [decay, x], ...node }, context) => {
    const { whole, shape } = context
    return {
      name: recurrence(whole(decay), whole(x), shape(x)[axis] ?? 1, reverse, alongAxis(context, axis)),
      shape: shape(node),
    }
  },
}
