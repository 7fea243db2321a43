/**
 * Loops that stop by themselves, in ONNX: an operator `Loop`, which ends where the condition holds for no element. Its graph
 * reads what the loop captures from the graph around it.
 */
import type { Dim } from '../../../shapes/dim.js'
import * as b from '../../../dsl/builder.js'
import type { Scan } from '../../../dsl/primitives/loop.js'
import { stepLeaves } from '../../../dsl/primitives/loop.js'
import type { Node } from '../../../dsl/primitives/primitive.js'
import type { GraphWriter } from './graph-writer.js'
import { elementType, graph as graphAttribute, int, valueInfo, valueInfoOf } from './graph-writer.js'
import type { LowerInto, LoweringContext, Value } from './lowering-rule.js'

/** The condition as one truth: whether it holds for any element. */
const anywhere = (graph: GraphWriter, condition: string, rank: number): string =>
  rank === 0
    ? condition
    : graph.emit(
        'Cast',
        [
          graph.emit('ReduceMax', [graph.emit('Cast', [condition], { to: elementType('int32') })], {
            keepdims: int(0),
          }),
        ],
        { to: elementType('bool') },
      )

/** The final carries of a loop that goes on as long as a condition on them holds, at most `steps` steps. */
export const lowerWhile = (
  loop: Scan,
  condition: Node,
  steps: Dim,
  { graph, value, whole, shape, sizes }: LoweringContext,
  lowerInto: LowerInto,
): readonly string[] => {
  const { carries } = loop.attributes
  const { operands } = loop
  const leaves = stepLeaves(loop).map(({ name, shape: declared, dtype }) => b.input(name, declared, dtype))
  /** The leaves of the step, given the names of the carries. */
  const given = (names: readonly string[]): ReadonlyMap<Node, Value> =>
    new Map(
      leaves.map((leaf, i): [Node, Value] => {
        const [name, operand] = [names[i], operands[i]]
        if (operand === undefined) return [leaf, { name: '', shape: [] }]
        return [leaf, name === undefined ? value(operand) : { name, shape: shape(operand) }]
      }),
    )
  const rank = condition.shape.length
  const initial = operands.slice(0, carries.length).map(whole)
  const begins = anywhere(graph, lowerInto(graph, [condition], given(initial))(condition), rank)

  const edges = carries.map((carry) => ({
    name: graph.freeName('while/carry'),
    dtype: carry.dtype,
    shape: shape(carry),
  }))
  const step = { name: graph.freeName('while/step'), shape: [] }
  const holds = { name: graph.freeName('while/holds'), dtype: 'bool', shape: [] } as const
  const inner = graph.inner()
  const before = given(edges.map(({ name }) => name))
  // The operator knows whether a condition of one truth holds: it is not computed again.
  const known = rank === 0 ? new Map([...before, [condition, holds] as const]) : before
  const inside = lowerInto(inner, carries, known)
  const after = carries.map(inside)
  const goesOn = anywhere(inner, lowerInto(inner, [condition], given(after))(condition), rank)
  const outputs = [
    { value: goesOn, name: graph.freeName('while/goes-on'), dtype: 'bool', shape: [] } as const,
    ...carries.map((carry, i) => ({
      value: after[i] ?? '',
      name: graph.freeName('while/next'),
      dtype: carry.dtype,
      shape: shape(carry),
    })),
  ]
  const { nodes, constants } = inner.finish(outputs)
  return graph.emitLoop(
    'Loop',
    [sizes.scalar(steps, 'int64'), begins, ...initial],
    {
      body: graphAttribute({
        name: graph.freeName('while/body'),
        node: nodes,
        initializer: constants,
        input: [valueInfoOf(step, 'int64'), ...[holds, ...edges].map(valueInfo)],
        output: outputs.map(valueInfo),
      }),
    },
    carries.length,
  )
}
