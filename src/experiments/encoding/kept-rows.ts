/** Reading kept rows of the image encoder: rows that cannot be read are encoded again, and a line says why. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { explain } from '../../effects/explain.js'
import type { Failure } from '../../effects/failure.js'
import { printLine } from '../../effects/operations.js'

/**
 * The outcome of reading a file of rows. A failure is said in a line, and given. Only that the file is gone, since another process has
 * gathered it into another one, fails.
 */
export const attemptRows = <A>(read: Effect.Effect<A>): Effect.Effect<E.Either<Failure, A>> =>
  pipe(
    Effect.attempt(read),
    Effect.tap((outcome) => {
      if (E.isRight(outcome)) return Effect.unit
      const { left: failure } = outcome
      return failure.tag === 'FileMissing'
        ? Effect.left(failure)
        : printLine(`encoding again: ${explain(failure)}`)
    }),
  )

/** Whether a file is at fault, and not the system that refuses to read it. */
export const isDamage = ({ tag }: Failure): boolean => tag !== 'FileRefused'
