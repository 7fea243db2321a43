/**
 * Jumps: results that a little rounding of an operand changes by a whole step. At an edge (two numbers that are nearly
 * equal and compared) the oracle and an engine may both be right and differ.
 */
import * as b from '../../dsl/builder.js'
import type { Node } from '../../dsl/primitives/primitive.js'

export interface Jump {
  /** The node whose result jumps. */
  readonly node: Node
  /** A real tensor whose elements say where the result jumps: at 0, or at whole numbers. */
  readonly position: Node
  readonly edges: 'zero' | 'whole numbers' | 'whole numbers but zero'
}

/** x - y for every two elements along an axis. */
const allDifferences = (x: Node, axis: number): Node =>
  b.sub(b.expandDims(x, axis), b.expandDims(x, axis + 1))

/** Where the result of a node jumps; undefined if it does not. */
export const jumpOf = (node: Node): Jump | undefined => {
  const [x, y] = node.operands
  if (x?.dtype !== 'f32') return undefined
  switch (node.op) {
    case 'sign':
      return { node, position: x, edges: 'zero' }
    case 'floor':
      return { node, position: x, edges: 'whole numbers' }
    case 'round':
      return { node, position: b.add(x, b.scalarLike(x, 0.5)), edges: 'whole numbers' }
    case 'mod':
      return y === undefined ? undefined : { node, position: b.div(x, y), edges: 'whole numbers' }
    case 'cast':
      return { node, position: x, edges: node.dtype === 'bool' ? 'zero' : 'whole numbers but zero' }
    case 'equal':
    case 'less':
    case 'lessEqual':
      return y === undefined ? undefined : { node, position: b.sub(x, y), edges: 'zero' }
    case 'argMax':
      return { node, position: b.sub(x, b.max(x, [node.attributes.axis], true)), edges: 'zero' }
    case 'topK':
    case 'argSort':
      return { node, position: allDifferences(x, node.attributes.axis), edges: 'zero' }
    default:
      return undefined
  }
}

/** Whether some position lies at an edge, up to what rounding does to it. What rounding leaves as it is lies at none. */
export const isAtEdge = (
  { edges }: Jump,
  position: ArrayLike<number>,
  uncertainty: (element: number) => number,
): boolean =>
  Array.from(position).some((x, i) => {
    const edge = edges === 'zero' ? 0 : Math.round(x)
    const isEdge = edges !== 'whole numbers but zero' || edge !== 0
    return isEdge && uncertainty(i) > 0 && Math.abs(x - edge) <= uncertainty(i)
  })
