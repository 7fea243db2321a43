/**
 * Loops in ONNX: one operator `Scan` (opset 11) for all results of a loop, or `Loop` where it can stop (`lower-while.ts`). Carries are its state, sequences its scan
 * inputs. What a step captures, the graph of the step reads from the graph around it, so that it is not copied at each
 * step.
 */
import * as b from '../../../dsl/builder.js'
import type { Scan } from '../../../dsl/primitives/loop.js'
import { conditionOf, stackedBy, stepLeaves } from '../../../dsl/primitives/loop.js'
import type { Node } from '../../../dsl/primitives/primitive.js'
import { graph as graphAttribute, int, ints, valueInfo } from './graph-writer.js'
import { lowerWhile } from './lower-while.js'
import type { LowerInto, LoweringContext, Value } from './lowering-rule.js'
import { positions } from './positions.js'

/** The values of these results of one loop. None of them is without elements, except final carries. */
export const lowerLoop = (
  loop: Scan,
  results: readonly Scan[],
  context: LoweringContext,
  lowerInto: LowerInto,
): ReadonlyMap<Node, Value> => {
  const { graph, value, whole, shape, size } = context
  const { carries, sequences, length, reverse } = loop.attributes
  const { operands } = loop
  const count = carries.length
  const steps = size(length)
  const carryOf = ({ attributes: { result } }: Scan): number => ('carry' in result ? result.carry : -1)
  if (steps === 0) {
    return new Map(
      results.map((result) => {
        const initial = operands[carryOf(result)]
        return [result, initial === undefined ? { name: '', shape: [] } : value(initial)]
      }),
    )
  }

  const condition = conditionOf(results)
  if (condition !== undefined) {
    const names = lowerWhile(loop, condition, steps, context, lowerInto)
    return new Map(
      results.map((result) => [result, { name: names[carryOf(result)] ?? '', shape: shape(result) }]),
    )
  }

  const edges = operands.slice(0, count + sequences).map((operand, i) => ({
    name: graph.freeName(i < count ? 'scan/carry' : 'scan/slice'),
    dtype: operand.dtype,
    shape: i < count ? shape(operand) : shape(operand).slice(1),
  }))
  // The operator needs a scan input; a loop without sequences counts its steps.
  const counted =
    sequences > 0 ? [] : [{ name: graph.freeName('scan/step'), dtype: 'i32', shape: [] } as const]
  const read = [
    ...operands.slice(0, count + sequences).map(whole),
    ...counted.map(() => positions(context, [steps])),
  ]
  const given = new Map(
    stepLeaves(loop).map(({ name, shape: declared, dtype }, i): [Node, Value] => {
      const operand = operands[i]
      return [
        b.input(name, declared, dtype),
        edges[i] ?? (operand === undefined ? { name: '', shape: [] } : value(operand)),
      ]
    }),
  )

  const stacked = stackedBy(results)
  const roots = [...carries, ...stacked]
  const inner = graph.inner()
  const inside = lowerInto(inner, roots, given)
  const outputs = roots.map((root, i) => ({
    value: inside(root),
    name: graph.freeName(i < count ? 'scan/next' : 'scan/stacked'),
    dtype: root.dtype,
    shape: shape(root),
  }))
  const { nodes, constants } = inner.finish(outputs)
  const direction = Number(reverse)
  const names = graph.emitLoop(
    'Scan',
    read,
    {
      body: graphAttribute({
        name: graph.freeName('scan/body'),
        node: nodes,
        initializer: constants,
        input: [...edges, ...counted].map(valueInfo),
        output: outputs.map(valueInfo),
      }),
      num_scan_inputs: int(read.length - count),
      scan_input_directions: ints(read.slice(count).map(() => direction)),
      ...(stacked.length === 0 ? {} : { scan_output_directions: ints(stacked.map(() => direction)) }),
    },
    roots.length,
  )
  return new Map(
    results.map((result) => {
      const { result: of } = result.attributes
      const at = 'carry' in of ? of.carry : count + stacked.indexOf(of.stacked)
      return [result, { name: names[at] ?? '', shape: shape(result) }]
    }),
  )
}
