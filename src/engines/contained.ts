import { identity, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { EngineFailed, EngineFailure } from './failure.js'
import { reasonOf } from './reason-of.js'

const explained =
  (engine: string, stage: EngineFailed['stage']) =>
  (cause: unknown): EngineFailed => ({
    tag: 'EngineFailed',
    engine,
    stage,
    reason: reasonOf(cause),
    advice:
      cause instanceof RangeError
        ? 'there is not enough memory, or an array would be too large: give smaller sizes'
        : "run the program with the engine 'reference', and report it",
  })

/** A task whose exceptions are failures of the engine: an array that is too large to allocate is one. */
export const contained = <A>(
  engine: string,
  stage: EngineFailed['stage'],
  task: () => TE.TaskEither<EngineFailure, A>,
): TE.TaskEither<EngineFailure, A> =>
  pipe(
    TE.tryCatch(async () => task()(), explained(engine, stage)),
    TE.chainEitherKW(identity),
  )
