/** From a program to an ONNX graph: the table of rules, and the walk over the nodes. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import type { Shape, Sizes } from '../../dsl/dim.js'
import { dispatch } from '../../dsl/node.js'
import type { Node, Op } from '../../dsl/primitives/primitive.js'
import type { Program } from '../../dsl/program.js'
import type { DType } from '../../dsl/values/value.js'
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
import type { StaticShapes } from '../static-shapes.js'
import { staticShapes } from '../static-shapes.js'

/** How each primitive is written in ONNX. */
export const loweringRules: LoweringRules<Op> = {
  ...leafRules,
  ...elementwiseRules,
  ...matmulRules,
  ...layoutRules,
  ...indexingRules,
  ...reductionRules,
  ...convolutionRules,
  ...randomRules,
}

/** A tensor that goes into the graph or comes out of it. */
export interface Port {
  /** Its name in the graph. */
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  /** The shape in symbols. */
  readonly declared?: Shape
}

export interface LoweredProgram {
  readonly graph: WrittenGraph
  /** Inputs and parameters of the program, under their own names. */
  readonly inputs: readonly Port[]
  readonly parameters: readonly Port[]
  /** Outputs by their names in the program; in the graph an input's name is not given twice. */
  readonly outputs: Readonly<Record<string, Port>>
}

/** Lowers every node, and answers what each became. */
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
 * The graph of a program at these sizes: every shape in it is known, every symbol gone.
 *
 * Fails where a symbol has no size, or where sizes do not fit what the program does with them.
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
      const port = (name: string, node: Node): Port => ({
        name,
        dtype: node.dtype,
        shape: shapes.shape(node),
        declared: node.shape,
      })
      const ports = (leaves: Program['inputs'] | Program['parameters']): readonly Port[] =>
        leaves.map((leaf) => port(leaf.attributes.name, leaf))
      const [inputs, parameters] = [ports(program.inputs), ports(program.parameters)]
      ;[...inputs, ...parameters].forEach(({ name }) => graph.reserve(name))
      const outputs = pipe(
        program.outputs,
        R.mapWithIndex((name, node) => port(graph.freeName(name), node)),
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
        inputs,
        parameters,
        outputs,
      }
    }),
  )
