/** `failure.json` in the directory of a run that failed: why it has no figure. */
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import * as Effect from '../../effects/effect.js'
import { describeFailure, explain } from '../../effects/explain.js'
import type { Failure } from '../../effects/failure.js'
import { ifMissing, ifThere, makeFolder, printLine, remove } from '../../effects/operations.js'
import { readJson, writeJson } from '../../effects/text-file.js'
import { failurePath } from '../adaptation/run-files.js'

const failureCodec = t.type({
  /** In words: where, and what. */
  reason: t.string,
})

/** Why a run failed, in words that are the same wherever it ran; the examples of a batch are left out. */
const reasonInWords = (failure: Failure): string => {
  const { where, what } = describeFailure(failure.tag === 'Diverged' ? { ...failure, batch: [] } : failure)
  return `${where}: ${what}`
}

/**
 * Writes down why a run failed, and prints it. Where it cannot be written (the disk that ended the run may be full), a printed
 * line says so, and the run counts as one that is not finished.
 */
export const keepFailure = (directory: string, failure: Failure): Effect.Effect<void> => {
  const path = failurePath(directory)
  return pipe(
    printLine(`failed: ${explain(failure)}`),
    Effect.apSecond(makeFolder(directory)),
    Effect.apSecond(writeJson(path, failureCodec, { reason: reasonInWords(failure) })),
    Effect.orElse((unwritten) =>
      unwritten.tag === 'Interrupted'
        ? Effect.left(unwritten)
        : printLine(`the failure cannot be written down: ${explain(unwritten)}`),
    ),
  )
}

/** Why the run in a directory failed; `undefined` where it has not. */
export const readFailure = (directory: string): Effect.Effect<string | undefined> => {
  const path = failurePath(directory)
  return pipe(
    readJson(path, failureCodec),
    Effect.map(({ reason }): string | undefined => reason),
    ifThere(path),
  )
}

/** Forgets an earlier failure: the run is tried again. */
export const forgetFailure = (directory: string): Effect.Effect<void> => {
  const path = failurePath(directory)
  return pipe(remove(path), ifMissing(path, Effect.unit))
}
