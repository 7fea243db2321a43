/** Unwrapping in tests: the value, or a failed test that says what was wrong. */
import * as E from 'fp-ts/lib/Either.js'
import type { Fault } from '../../src/dsl/fault.js'
import { explainFault } from '../../src/dsl/fault.js'

export const expectRight = <A>(outcome: E.Either<Fault, A>): A => {
  if (E.isLeft(outcome)) throw new Error(explainFault(outcome.left))
  return outcome.right
}
