/** Running an effect for a command: the result on standard output, a failure in plain words, and the exit code. */
import * as E from 'fp-ts/lib/Either.js'
import type { Effect, Failure } from '../effects/index.js'
import type { Engine } from '../engines/index.js'
import { explain, interpret, nodeRuntime } from '../effects/index.js'
import { userTerminal } from './terminal.js'

/** Exit codes: a check that does not hold is 1, something that could not be done 2, ctrl-C 130. */
export const exitCodes = { checkFailed: 1, failed: 2, interrupted: 130 } as const

export const failWith = (failure: Failure): void => {
  console.error(`adclip: ${explain(failure)}`)
  process.exitCode = failure.tag === 'Interrupted' ? exitCodes.interrupted : exitCodes.failed
}

/** Runs an effect on an engine and shows its result. */
export const runEffect = async <A>(
  engine: E.Either<Failure, Engine>,
  effect: Effect.Effect<A>,
  show: (result: A) => void,
): Promise<void> => {
  if (E.isLeft(engine)) {
    failWith(engine.left)
    return
  }
  const outcome = await interpret(effect)(nodeRuntime(engine.right, userTerminal()))()
  if (E.isLeft(outcome)) failWith(outcome.left)
  else show(outcome.right)
}
