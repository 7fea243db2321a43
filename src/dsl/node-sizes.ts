/** The shape of a node's value at sizes of its symbols. */
import * as E from 'fp-ts/lib/Either.js'
import type { Sizes } from './dim.js'
import { evaluateDim, showShape } from './dim.js'
import type { Fault } from './fault.js'
import type { Node } from './primitive.js'

/** Fails where a symbol has no size, or where what is divided does not divide. */
export const sizesOfNode =
  (sizes: Sizes) =>
  (node: Node): E.Either<Fault, readonly number[]> =>
    E.mapLeft((message: string): Fault => ({
      tag: 'ProgramFault',
      message: `${node.op} ${showShape(node.shape)}: ${message}`,
      advice: 'give the symbol a size',
    }))(E.traverseArray(evaluateDim(sizes))(node.shape))
