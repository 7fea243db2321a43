/** Lowers a program to an ONNX graph: the table of rules, and the walk over the nodes. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import type { Sizes } from '../../dsl/dim.js'
import { dispatch } from '../../dsl/node.js'
import type { Node, Op } from '../../dsl/primitives/primitive.js'
import type { Program } from '../../dsl/program.js'
import type { ProgramRejected } from '../failure.js'
import { valueOfEmpty } from '../empty.js'
import { sameShape } from '../../dsl/dim.js'
import type { GraphWriter, WrittenGraph } from './graph-writer.js'
import { elementTypeOf, graphWriter } from './graph-writer.js'
import { convolutionRules } from './lower-convolution.js'
import { elementwiseRules } from './lower-elementwise.js'
import { indexingRules } from './lower-indexing.js'
import { layoutRules } from './lower-layout.js'
import { leafRules } from './lower-leaves.js'
import { matmulRules } from './lower-matmul.js'
import { randomRules } from './lower-random.js'
import { reductionRules } from './lower-reduction.js'
import type { LoweringContext, LoweringRules, Value } from './lowering-rule.js'
import type { Dialect } from './provider.js'
import type { Ports } from '../ports.js'
import { portsOf } from '../ports.js'
import type { StaticShapes } from '../static-shapes.js'
import { staticShapes } from '../static-shapes.js'

/** The rule of each primitive. */
const loweringRules: LoweringRules<Op> = {
  ...leafRules,
  ...elementwiseRules,
  ...matmulRules,
  ...layoutRules,
  ...indexingRules,
  ...reductionRules,
  ...convolutionRules,
  ...randomRules,
}

/**
 * The graph of a program with its ports. Inputs and parameters have the same names in the graph. The ports of outputs
 * have their names in the graph, which differ from those in the program where an input has that name.
 */
export interface LoweredProgram extends Ports {
  readonly graph: WrittenGraph
}

/** Lowers every node. Gives the name of a node's value at its full shape. */
const lowerNodes = (
  { order, shape, size }: StaticShapes,
  graph: GraphWriter,
  dialect: Dialect,
): ((node: Node) => string) => {
  const values = new Map<number, Value>()
  const value = ({ id }: Node): Value => values.get(id) ?? { name: '', shape: [] }
  const whole = (node: Node): string => {
    const { name, shape: known } = value(node)
    const full = shape(node)
    return sameShape(known, full) ? name : graph.emit('Expand', [name, graph.integers(full)])
  }
  const context: LoweringContext = { graph, dialect, value, whole, shape, size }
  for (const node of order) {
    graph.writeFor(node.op)
    const isLeaf = node.op === 'input' || node.op === 'parameter'
    const known = isLeaf ? undefined : valueOfEmpty(node, shape)
    values.set(
      node.id,
      known === undefined
        ? dispatch(loweringRules, node, context)
        : { name: graph.constant(elementTypeOf[node.dtype], [known]), shape: [] },
    )
  }
  return whole
}

/**
 * The graph of a program at these sizes, without symbols.
 *
 * Fails with `ProgramRejected` if a symbol has no size, or if a range does not fit the sizes.
 */
export const lowerProgram = (
  program: Program,
  sizes: Sizes,
  dialect: Dialect,
): E.Either<ProgramRejected, LoweredProgram> =>
  pipe(
    staticShapes(program, sizes),
    E.map((shapes) => {
      const graph = graphWriter()
      const ports = portsOf(program, shapes)
      for (const { name } of [...ports.inputs, ...ports.parameters]) graph.reserve(name)
      const outputs = pipe(
        ports.outputs,
        R.map((port) => ({ ...port, name: graph.freeName(port.name) })),
      )
      const whole = lowerNodes(shapes, graph, dialect)
      graph.writeFor('output')
      return {
        graph: graph.finish(
          Object.entries(program.outputs).map(([name, node]) => ({
            value: whole(node),
            name: outputs[name]?.name ?? name,
          })),
        ),
        inputs: ports.inputs,
        parameters: ports.parameters,
        outputs,
      }
    }),
  )
