/** Either in tests: takes the side that is expected, and fails the test, showing the other, if it is not there. */
import type * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'

/** The result; the test fails if there is a failure in its place. */
export const expectRight = <A>(either: E.Either<unknown, A>): A => {
  if (either._tag === 'Right') return either.right
  return expect.fail(`expected a result, got ${JSON.stringify(either.left)}`)
}

/** The failure; the test fails if there is a result in its place. */
export const expectLeft = <F>(either: E.Either<F, unknown>): F => {
  if (either._tag === 'Left') return either.left
  return expect.fail(`expected a failure, got ${JSON.stringify(either.right)}`)
}
