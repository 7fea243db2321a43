/**
 * The sizes of every node of a program whose symbols are bound, and the checks that need them. After these, lowering
 * cannot fail.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Dim, Sizes } from '../shapes/dim.js'
import { evaluateDim, knownSize, showShape } from '../shapes/dim.js'
import { runTimeFault, tooManyElements } from '../dsl/evaluate/run-time-fault.js'
import { adviceOnSizes } from '../dsl/node-sizes.js'
import type { Node } from '../dsl/primitives/primitive.js'
import type { Program } from '../dsl/program.js'
import { executionOrder, topologicalOrderWithSteps } from '../dsl/walk.js'
import { elementCount } from '../values/value.js'
import type { ProgramRejected } from './failure.js'
import { programRejected } from './failure.js'

export interface StaticShapes {
  /** All nodes, operands first. */
  readonly order: readonly Node[]
  /** The sizes of a node of the program, or of a step of its loops. */
  readonly shape: (node: Pick<Node, 'id'>) => readonly number[]
  readonly size: (dim: Dim) => number
}

const rejected = (where: string, message: string, advice: string): ProgramRejected =>
  programRejected(where)({ tag: 'ProgramFault', message, advice })

/** A fault that shape rules cannot see while dims are symbols, such as a range outside its axis; undefined for valid nodes. */
export const sizeProblem = (
  node: Node,
  { shape, size }: Pick<StaticShapes, 'shape' | 'size'>,
): string | undefined => {
  const sizesOf = (index: number): readonly number[] => {
    const operand = node.operands[index]
    return operand === undefined ? [] : shape(operand)
  }
  const scatters = node.op === 'scatterAdd' || node.op === 'scatterMax' || node.op === 'scatterAlongAxis'
  if (scatters && size(node.attributes.size) === 0 && elementCount(sizesOf(1)) > 0) {
    return `ids ${showShape(sizesOf(1))} into an axis of no positions`
  }
  const withoutElements = (index: number) => ({ shape: sizesOf(index), data: new Float64Array(0) })
  return tooManyElements(shape(node)) ?? runTimeFault(node, { operand: withoutElements, size })
}

/** The sizes of all nodes. Fails if a symbol has no size, a quotient is not whole, or a range lies outside its axis. */
export const staticShapes = (program: Program, sizes: Sizes): E.Either<ProgramRejected, StaticShapes> => {
  const unusable = Object.entries(sizes).find(([, size]) => !Number.isSafeInteger(size) || size < 0)
  if (unusable !== undefined) {
    return E.left(
      rejected('program', `dim '${unusable[0]}' is ${unusable[1]}`, 'sizes are whole numbers from 0'),
    )
  }
  const order = executionOrder(Object.values<Node>(program.outputs))
  const shapes = new Map<number, readonly number[]>()
  const bound: StaticShapes = {
    order,
    shape: ({ id }) => shapes.get(id) ?? [],
    size: knownSize(sizes),
  }
  for (const node of topologicalOrderWithSteps(Object.values<Node>(program.outputs))) {
    const evaluated = pipe(node.shape, E.traverseArray(evaluateDim(sizes)))
    if (E.isLeft(evaluated)) {
      return E.left(
        rejected(
          node.op === 'input' || node.op === 'parameter' ? `${node.op} '${node.attributes.name}'` : node.op,
          evaluated.left,
          adviceOnSizes(node.shape, sizes, (symbol) => `give it one: compile with sizes: { ${symbol}: ... }`),
        ),
      )
    }
    shapes.set(node.id, evaluated.right)
    const wrong = sizeProblem(node, bound)
    if (wrong !== undefined) {
      return E.left(rejected(node.op, wrong, 'give the symbols sizes that fit'))
    }
  }
  return E.right(bound)
}
