/** Lowers a program to an ONNX graph: the table of rules, and the walk over the nodes. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../../../values/record.js'
import type { Shape, Sizes } from '../../../shapes/dim.js'
import { dispatch } from '../../../dsl/node.js'
import { loopsAmong } from '../../../dsl/primitives/loop.js'
import type { Node, Op } from '../../../dsl/primitives/primitive.js'
import { showScope } from '../../../dsl/scope.js'
import { executionOrder } from '../../../dsl/walk.js'
import type { Program } from '../../../dsl/program.js'
import type { ProgramRejected } from '../../failure.js'
import { programRejected } from '../../failure.js'
import { valueOfEmpty } from '../../empty.js'
import { sameShape, showShape } from '../../../shapes/dim.js'
import { fuseOperators } from './fuse-operators.js'
import { gatesAmong } from './gates.js'
import type { GraphWriter, WrittenGraph } from './graph-writer.js'
import { elementTypeOf, graphWriter } from './graph-writer.js'
import { convolutionRules } from './lower-convolution.js'
import { cumulativeRules } from './lower-cumulative.js'
import { elementwiseRules } from './lower-elementwise.js'
import { indexingRules } from './lower-indexing.js'
import { layoutRules } from './lower-layout.js'
import { leafRules } from './lower-leaves.js'
import { lowerLoop } from './lower-loop.js'
import { matmulRules } from './lower-matmul.js'
import { randomRules } from './lower-random.js'
import { reductionRules } from './lower-reduction.js'
import type { LowerInto, LoweringContext, LoweringRules, Value } from './lowering-rule.js'
import type { Dialect } from '../provider.js'
import type { Ports } from '../../ports.js'
import { portsOf } from '../../ports.js'
import type { DynamicShapes } from '../../dynamic-shapes.js'
import { dynamicShapes } from '../../dynamic-shapes.js'
import { staticShapes } from '../../static-shapes.js'
import type { SizeWriters, UnknownSize } from './size-writer.js'
import { sizeWriters } from './size-writer.js'

/** The rule of each primitive; the results of a loop are lowered together (`lower-loop.ts`). */
const loweringRules: LoweringRules<Exclude<Op, 'scan'>> = {
  ...leafRules,
  ...elementwiseRules,
  ...matmulRules,
  ...layoutRules,
  ...indexingRules,
  ...cumulativeRules,
  ...reductionRules,
  ...convolutionRules,
  ...randomRules,
}

/**
 * The graph of a program with its ports. Inputs and parameters have the same names in the graph. The ports of outputs
 * have their names in the graph, which differ from those in the program where an input has that name.
 */
export interface LoweredProgram<S extends Shape = readonly number[]> extends Ports<S> {
  readonly graph: WrittenGraph
}

/** The sizes to which `Expand` stretches a value: 1 where it has a symbol already, which the operator keeps. */
const stretched = (known: Shape, full: Shape): Shape =>
  full.map((dim, axis) =>
    typeof dim === 'string' && known[axis - full.length + known.length] === dim ? 1 : dim,
  )

/** Writes nodes into a graph. Values of some are given. Gives the name of a node's value at its full shape. */
const lowerNodes = (
  order: readonly Node[],
  roots: readonly Node[],
  { shape, size }: Pick<DynamicShapes, 'shape' | 'size'>,
  graph: GraphWriter,
  writers: SizeWriters,
  dialect: Dialect,
  given: ReadonlyMap<Node, Value>,
): ((node: Node) => string) => {
  const values = new Map([...given].map(([{ id }, value]) => [id, value]))
  const value = ({ id }: Node): Value => values.get(id) ?? { name: '', shape: [] }
  const whole = (node: Node): string => {
    const { name, shape: known } = value(node)
    const full = shape(node)
    return sameShape(known, full) ? name : graph.emit('Expand', [name, sizes.vector(stretched(known, full))])
  }
  const sizes = writers.of(graph)
  const gates = gatesAmong(order, roots)
  const isGate = ({ id }: Pick<Node, 'id'>): boolean => gates.has(id)
  const context: LoweringContext = { graph, dialect, value, whole, shape, size, sizes, isGate }
  const lowerInto: LowerInto = (inner, results, known) =>
    lowerNodes(executionOrder(results), results, { shape, size }, inner, writers, dialect, known)
  const loops = loopsAmong(order)
  for (const node of order) {
    if (values.has(node.id)) continue
    graph.writeFor(node.op)
    writers.writeFor(node)
    const isLeaf = node.op === 'input' || node.op === 'parameter'
    const known = isLeaf ? undefined : valueOfEmpty(node, shape)
    if (known !== undefined) {
      values.set(node.id, { name: graph.constant(elementTypeOf[node.dtype], [known]), shape: [] })
    } else if (node.op === 'scan') {
      const results = (loops.get(node) ?? []).filter((each) => valueOfEmpty(each, shape) === undefined)
      for (const [result, made] of lowerLoop(node, results, context, lowerInto)) values.set(result.id, made)
    } else {
      values.set(node.id, dispatch(loweringRules, node, context))
    }
  }
  return whole
}

/** The graph of a program at these shapes, and the first symbol that it needs but cannot compute. */
const lowered = <S extends Shape>(
  program: Program,
  shapes: DynamicShapes,
  { inputs, parameters, outputs: declared }: Ports<S>,
  dialect: Dialect,
): { readonly program: LoweredProgram<S>; readonly unknown: UnknownSize | undefined } => {
  const graph = graphWriter()
  const writers = sizeWriters(graph, [...inputs, ...parameters])
  for (const { name } of [...inputs, ...parameters]) graph.reserve(name)
  const outputs = pipe(
    declared,
    R.map((port) => ({ ...port, name: graph.freeName(port.name) })),
  )
  const roots = Object.values<Node>(program.outputs)
  const whole = lowerNodes(shapes.order, roots, shapes, graph, writers, dialect, new Map())
  graph.writeFor('output')
  const results = Object.entries<Node>(program.outputs).map(([name, node]) => {
    writers.writeFor(node)
    return { value: whole(node), name: outputs[name]?.name ?? name }
  })
  const written = graph.finish(results)
  const names = new Set(results.map(({ name }) => name))
  return {
    program: {
      graph: dialect.fusesOperators ? fuseOperators(written, names, graph.freeName) : written,
      inputs,
      parameters,
      outputs,
    },
    unknown: writers.unknown(),
  }
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
    E.map((shapes) => lowered(program, shapes, portsOf(program, shapes.shape), dialect).program),
  )

/** Where a node was written: ` in encoder/block3`. */
const placeOf = ({ scope }: Node): string => (scope.length === 0 ? '' : ` in ${showScope(scope)}`)

const unknownSize = ({ symbol, node }: UnknownSize): ProgramRejected =>
  programRejected(node.op)({
    tag: 'ProgramFault',
    message: `${node.op} ${showShape(node.shape)}${placeOf(node)} needs the size of '${symbol}', which no axis of an input gives`,
    advice: `give it one: sizes: { ${symbol}: ... }`,
  })

/**
 * The graph of a program in which symbols without a size stay open: the model computes what depends on them from the
 * shapes of its inputs. Axes of such a size have at least one position.
 *
 * Fails with `ProgramRejected` if a node needs the size of a symbol that is in no input, or if a division has a remainder
 * at the sizes that are given.
 */
export const lowerDynamicProgram = (
  program: Program,
  sizes: Sizes,
  dialect: Dialect,
): E.Either<ProgramRejected, LoweredProgram<Shape>> =>
  pipe(
    dynamicShapes(program, sizes),
    E.chain((shapes) => {
      const { program: result, unknown } = lowered(program, shapes, portsOf(program, shapes.shape), dialect)
      return unknown === undefined ? E.right(result) : E.left(unknownSize(unknown))
    }),
  )
