/** The shape of a node's value at sizes of its symbols, and what to do where there is none. */
import * as E from 'fp-ts/lib/Either.js'
import type { Shape, Sizes } from './dim.js'
import { evaluateDim, showShape, symbolsOf } from './dim.js'
import type { Fault } from './fault.js'
import type { Node } from './primitives/primitive.js'

/**
 * What to do where a shape has no sizes: a symbol has none, for which `give` says how to give it one, or all have one and
 * some quotient is not whole.
 */
export const adviceOnSizes = (
  shape: Shape,
  sizes: Sizes,
  give: (symbol: string) => string = () => 'give the symbol a size',
): string => {
  const missing = shape.flatMap(symbolsOf).find((symbol) => !Object.hasOwn(sizes, symbol))
  return missing === undefined ? 'give sizes of which each quotient is whole' : give(missing)
}

/** Fails where a symbol has no size, or where what is divided does not divide. */
export const sizesOfNode =
  (sizes: Sizes) =>
  (node: Node): E.Either<Fault, readonly number[]> =>
    E.mapLeft((message: string): Fault => ({
      tag: 'ProgramFault',
      message: `${node.op} ${showShape(node.shape)}: ${message}`,
      advice: adviceOnSizes(node.shape, sizes),
    }))(E.traverseArray(evaluateDim(sizes))(node.shape))
