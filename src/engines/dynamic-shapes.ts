/** The shapes of the nodes of a program some of whose symbols have no sizes until it runs. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Dim, Shape, Sizes } from '../shapes/dim.js'
import { bindDim, knownSize } from '../shapes/dim.js'
import type { Node } from '../dsl/primitives/primitive.js'
import type { Program } from '../dsl/program.js'
import { executionOrder, topologicalOrderWithSteps } from '../dsl/walk.js'
import type { ProgramRejected } from './failure.js'
import { programRejected } from './failure.js'
import { sizeProblem } from './static-shapes.js'

/** Shapes and dims with the symbols replaced that have sizes. `StaticShapes` is the case in which all have. */
export interface DynamicShapes {
  /** All nodes, operands first. */
  readonly order: readonly Node[]
  /** The shape of a node of the program, or of a step of its loops. */
  readonly shape: (node: Pick<Node, 'id'>) => Shape
  readonly size: (dim: Dim) => Dim
}

/** What is wrong with a node at the sizes that are known; undefined where nothing is, and where it depends on others. */
const knownProblem = (node: Node, sizes: Sizes, shape: DynamicShapes['shape']): string | undefined => {
  const size = knownSize(sizes)
  const sizesOf = (of: Pick<Node, 'id'>): readonly number[] => shape(of).map(size)
  const isOpen = (...dims: Shape): boolean => dims.some((dim) => Number.isNaN(size(dim)))
  switch (node.op) {
    case 'dimSize':
      return undefined
    case 'slice': {
      const { axis, start, length } = node.attributes
      if (isOpen(start, length, shape(node.operands[0])[axis] ?? 0)) return undefined
      break
    }
    case 'pad': {
      const { axis, before, size: padded } = node.attributes
      if (isOpen(before, padded, shape(node.operands[0])[axis] ?? 0)) return undefined
      break
    }
    default:
  }
  return sizeProblem(node, { shape: sizesOf, size })
}

/** The shapes of all nodes. Fails where a division has a remainder, or a range lies outside its axis, at these sizes. */
export const dynamicShapes = (program: Program, sizes: Sizes): E.Either<ProgramRejected, DynamicShapes> => {
  const shapes = new Map<number, Shape>()
  const bound = bindDim(sizes)
  const shapeOf: DynamicShapes['shape'] = ({ id }) => shapes.get(id) ?? []
  for (const node of topologicalOrderWithSteps(Object.values<Node>(program.outputs))) {
    const shape = E.traverseArray(bound)(node.shape)
    if (E.isLeft(shape)) {
      return E.left(
        programRejected(node.op)({
          tag: 'ProgramFault',
          message: shape.left,
          advice: 'give sizes for which every division is exact',
        }),
      )
    }
    shapes.set(node.id, shape.right)
    const wrong = knownProblem(node, sizes, shapeOf)
    if (wrong !== undefined) {
      return E.left(
        programRejected(node.op)({
          tag: 'ProgramFault',
          message: wrong,
          advice: 'give the symbols sizes for which the ranges fit',
        }),
      )
    }
  }
  return E.right({
    order: executionOrder(Object.values<Node>(program.outputs)),
    shape: shapeOf,
    size: (dim) =>
      pipe(
        bound(dim),
        E.getOrElse(() => dim),
      ),
  })
}
