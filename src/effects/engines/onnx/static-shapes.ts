/**
 * The sizes of every node of a program once its symbols are bound, and the checks that had to wait for them: after
 * these, lowering cannot fail.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Dim, Sizes } from '../../../dsl/dim.js'
import { evaluateDim, showShape } from '../../../dsl/dim.js'
import type { Node } from '../../../dsl/primitive.js'
import type { Program } from '../../../dsl/program.js'
import { nodesOf } from '../../../dsl/program.js'
import { elementCount } from '../../../dsl/value.js'
import type { ProgramRejected } from '../../failure.js'

export interface StaticShapes {
  /** All nodes, operands first. */
  readonly order: readonly Node[]
  readonly shape: (node: Pick<Node, 'id'>) => readonly number[]
  readonly size: (dim: Dim) => number
}

const rejected = (node: Node, message: string, advice: string): ProgramRejected => ({
  tag: 'ProgramRejected',
  where: node.op,
  fault: { tag: 'ProgramFault', message: `${node.op}: ${message}`, advice },
})

/** What the run-time shape rules could not know while dims were symbols. */
const problem = (node: Node, { shape, size }: StaticShapes): string | undefined => {
  switch (node.op) {
    case 'slice': {
      const { axis, start, length } = node.attributes
      const sizes = shape(node.operands[0])
      return size(start) + size(length) > (sizes[axis] ?? 0)
        ? `positions ${size(start)} to ${size(start) + size(length)} are not in axis ${axis} of ${showShape(sizes)}`
        : undefined
    }
    case 'pad': {
      const { axis, before, size: total } = node.attributes
      const inner = shape(node.operands[0])[axis] ?? 0
      return size(before) + inner > size(total)
        ? `${inner} elements after ${size(before)} do not fit into ${size(total)}`
        : undefined
    }
    case 'topK': {
      const sizes = shape(node.operands[0])
      return node.attributes.k > (sizes[node.attributes.axis] ?? 0)
        ? `${node.attributes.k} elements of axis ${node.attributes.axis} of ${showShape(sizes)}`
        : undefined
    }
    case 'gather':
    case 'scatterAdd': {
      const rows =
        node.op === 'gather'
          ? (shape(node.operands[0])[node.attributes.axis] ?? 0)
          : size(node.attributes.size)
      const ids = shape(node.operands[1])
      return rows === 0 && elementCount(ids) > 0 ? `ids ${showShape(ids)} into an axis of size 0` : undefined
    }
    default:
      return undefined
  }
}

/** Sizes of all nodes; fails where a symbol has no size, a quotient is not whole, or a range is not in its axis. */
export const staticShapes = (program: Program, sizes: Sizes): E.Either<ProgramRejected, StaticShapes> => {
  const order = nodesOf(program)
  const shapes = new Map<number, readonly number[]>()
  const bound: StaticShapes = {
    order,
    shape: ({ id }) => shapes.get(id) ?? [],
    size: (dim) => E.getOrElse(() => Number.NaN)(evaluateDim(sizes)(dim)),
  }
  for (const node of order) {
    const evaluated = pipe(node.shape, E.traverseArray(evaluateDim(sizes)))
    if (E.isLeft(evaluated)) return E.left(rejected(node, evaluated.left, 'give the symbol a size'))
    shapes.set(node.id, evaluated.right)
    const wrong = problem(node, bound)
    if (wrong !== undefined) {
      return E.left(rejected(node, wrong, 'give the symbols sizes for which the ranges fit'))
    }
  }
  return E.right(bound)
}
