/** A lowering rule: it writes a primitive, given the values of its operands, as nodes of an ONNX graph. */
import type { Dim, Shape } from '../../../shapes/dim.js'
import type { Node, NodeOf, Op } from '../../../dsl/primitives/primitive.js'
import { sameShape } from '../../../shapes/dim.js'
import type { GraphWriter } from './graph-writer.js'
import { elementType } from './graph-writer.js'
import type { SizeWriter } from './size-writer.js'
import type { Dialect } from '../provider.js'

/**
 * A value of the ONNX graph. Its shape may be smaller than that of its node if it broadcasts to it: a constant is a
 * scalar, and `broadcastTo` costs nothing where its result is added or multiplied.
 */
export interface Value {
  readonly name: string
  readonly shape: Shape
}

/** What a rule reads and writes. */
export interface LoweringContext {
  readonly graph: GraphWriter
  readonly dialect: Dialect
  /** The value of an operand; its shape may be smaller than the operand's. */
  readonly value: (node: Node) => Value
  /** The name of an operand's value, broadcast to the operand's shape. */
  readonly whole: (node: Node) => string
  /** The shape of a node: its sizes, and the symbols that have none until the model runs. */
  readonly shape: (node: Pick<Node, 'id'>) => Shape
  readonly size: (dim: Dim) => Dim
  /** Writes sizes where an operator takes them as an operand. */
  readonly sizes: SizeWriter
  /** Whether a sigmoid only weights its own argument, so that its small values need no digits (`gates.ts`). */
  readonly isGate: (node: Pick<Node, 'id'>) => boolean
}

type LoweringRule<K extends Op> = (node: NodeOf<K>, context: LoweringContext) => Value

/** The rules of some primitives. */
export type LoweringRules<K extends Op> = { readonly [P in K]: LoweringRule<P> }

/**
 * Row-major reshape. One symbol of the shape is left to the operator (-1), and so are those that stay where they are (0):
 * then nothing has to be computed from the shapes of inputs.
 */
export const reshape = (
  { graph, sizes }: Pick<LoweringContext, 'graph' | 'sizes'>,
  name: string,
  from: Shape,
  to: Shape,
): string => {
  const symbolic = to.filter((dim) => typeof dim === 'string').length
  const stays = to.map((dim, axis) => typeof dim === 'string' && symbolic > 1 && from[axis] === dim)
  const left = symbolic - stays.filter(Boolean).length
  const extents = to.map((dim, axis) =>
    typeof dim === 'number' ? dim : stays[axis] === true ? 0 : left === 1 ? -1 : dim,
  )
  return graph.emit('Reshape', [name, sizes.vector(extents)])
}

/** The same, left out where it changes nothing. */
export const reshaped = (
  context: Pick<LoweringContext, 'graph' | 'sizes'>,
  name: string,
  from: Shape,
  to: Shape,
): string => (sameShape(from, to) ? name : reshape(context, name, from, to))

/**
 * The lower 32 bits of 64-bit integers, as int32. The cast alone would do, but ONNX Runtime merges it with the cast to
 * 64 bits, and then clamps; the mask prevents that.
 */
export const wrapped = (wide: string, { graph }: Pick<LoweringContext, 'graph'>): string =>
  graph.emit('Cast', [graph.emit('BitwiseAnd', [wide, graph.constant('int64', [2 ** 32 - 1])])], {
    to: elementType('int32'),
  })

/** Lowers nodes into a graph, some of whose values are given; gives the name of a node's value at its full shape. */
export type LowerInto = (
  graph: GraphWriter,
  roots: readonly Node[],
  given: ReadonlyMap<Node, Value>,
) => (node: Node) => string
