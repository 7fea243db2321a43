/** The shape of a node's value once symbols have sizes, and advice where it has none. */
import * as E from 'fp-ts/lib/Either.js'
import type { Shape, Sizes } from '../shapes/dim.js'
import { evaluateDim, showShape, symbolsOf } from '../shapes/dim.js'
import type { Fault } from './fault.js'
import type { Node } from './primitives/primitive.js'

/**
 * What to do where a shape cannot be computed: a symbol has no size (`give` says how to give it one), or a division has
 * a remainder.
 */
export const adviceOnSizes = (
  shape: Shape,
  sizes: Sizes,
  give: (symbol: string) => string = () => 'give the symbol a size',
): string => {
  const missing = shape.flatMap(symbolsOf).find((symbol) => !Object.hasOwn(sizes, symbol))
  return missing === undefined ? 'give sizes for which every division is exact' : give(missing)
}

/** The shape of a node's value. Fails where a symbol has no size, or a division has a remainder. */
export const sizesOfNode =
  (sizes: Sizes) =>
  (node: Node): E.Either<Fault, readonly number[]> =>
    E.mapLeft((message: string): Fault => ({
      tag: 'ProgramFault',
      message: `${node.op} ${showShape(node.shape)}: ${message}`,
      advice: adviceOnSizes(node.shape, sizes),
    }))(E.traverseArray(evaluateDim(sizes))(node.shape))
