/** Running an effect for a command: the result on standard output, a failure in plain words, and the exit code. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { Effect } from '../effects/index.js'
import { interpret, nodeRuntime, stopSignals } from '../effects/index.js'
import type { LoadedEngine } from './options/engine-option.js'
import type { CommandFailure } from './explain-failure.js'
import { explainForCommand } from './explain-failure.js'
import { exitCodeOfSignal, userTerminal } from './terminal.js'
import { exitCodes } from './exit-codes.js'
import { printNotice } from './output.js'

/** Ends a command with a failure: its words on standard error, and the exit code. */
export const failWith = (command: Command, failure: CommandFailure): void => {
  printNotice(`adclip: ${explainForCommand(command, failure)}`)
  process.exitCode = exitCodes.failed
}

/** The exit code of a run that was asked to stop. */
const exitCodeOf = ({ reason }: AbortSignal): number =>
  exitCodeOfSignal[stopSignals.find((signal) => signal === reason) ?? 'SIGINT']

/** Runs a command's effect on an engine and shows its result. */
export const runEffect = async <A>(
  command: Command,
  loaded: E.Either<CommandFailure, LoadedEngine>,
  effect: Effect.Effect<A>,
  show: (result: A) => void | Promise<void>,
): Promise<void> => {
  if (E.isLeft(loaded)) {
    failWith(command, loaded.left)
    return
  }
  const terminal = userTerminal()
  const { engine, threads } = loaded.right
  const outcome = await interpret(effect)(nodeRuntime(engine, terminal, { workers: threads }))()
  terminal.end()
  if (E.isRight(outcome)) {
    await show(outcome.right)
    return
  }
  failWith(command, outcome.left)
  if (outcome.left.tag === 'Interrupted') process.exitCode = exitCodeOf(terminal.stop)
}
