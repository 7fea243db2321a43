/** Event files of TensorBoard in the folder `tensorboard` of a run. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { ifMissing, listFolder, makeFolder, now, remove, writeFile } from '../../effects/operations.js'
import { basename, join } from '../../effects/paths.js'
import type { Metrics } from '../metrics.js'
import { fileBeginning, scalarsRecord } from './event-file.js'
import { tensorBoardFolder } from './tracked-paths.js'
import type { RecordFormat, Tracker } from './tracker.js'
import { appendTo, holds, recordsOf, scalarsOfStep } from './tracker.js'

/** TensorBoard reads files with this word in their names, those of a folder in the order of their names. */
const filePrefix = 'events.out.tfevents.'

/** The path of a file that is made at a time in milliseconds since 1970. */
const eventFile = (directory: string, milliseconds: number): string =>
  join(tensorBoardFolder(directory), `${filePrefix}${milliseconds}`)

/** When a file was made, in seconds since 1970, as its name says. */
const madeAt = (path: string): number => Number(basename(path).slice(filePrefix.length)) / 1000

/** What a file of this name holds. Steps without a time have that of the file. */
const formatOf = (path: string): RecordFormat => ({
  beginning: fileBeginning(madeAt(path)),
  recordOf: (metrics) => scalarsRecord(metrics.step, metrics['time'] ?? madeAt(path), scalarsOfStep(metrics)),
})

/** The event files of a run, the last one last. */
const eventFiles = (directory: string): Effect.Effect<readonly string[]> => {
  const folder = tensorBoardFolder(directory)
  return pipe(
    listFolder(folder),
    Effect.map((entries) =>
      entries.flatMap(({ name }) => (name.startsWith(filePrefix) ? [join(folder, name)] : [])),
    ),
    ifMissing(folder, Effect.of<readonly string[]>([])),
  )
}

/** The one file of a run, if it holds the steps before and no other. */
const fileToContinue = (
  paths: readonly string[],
  earlier: readonly Metrics[],
): Effect.Effect<string | undefined> => {
  const [path, ...more] = paths
  if (path === undefined || more.length > 0) return Effect.of(undefined)
  return pipe(
    holds(path, recordsOf(formatOf(path), earlier)),
    Effect.map((there) => (there ? path : undefined)),
  )
}

/** A new file with the steps before, in the place of others. Its name is later than theirs, so TensorBoard goes over to it. */
const newFile = (
  directory: string,
  others: readonly string[],
  earlier: readonly Metrics[],
): Effect.Effect<string> =>
  pipe(
    makeFolder(tensorBoardFolder(directory)),
    Effect.apSecond(now),
    Effect.map((milliseconds) => eventFile(directory, Math.round(milliseconds))),
    Effect.tap((path) => writeFile(path, recordsOf(formatOf(path), earlier))),
    Effect.tap((path) =>
      pipe(
        others.filter((other) => other !== path),
        Effect.traverseArray(remove),
      ),
    ),
  )

/**
 * Writes a scalar for each figure of a step, at the step's time. A run that is resumed appends to its file. Where that holds steps
 * that are taken again, or half a record that a crash left, a new file takes its place, and TensorBoard forgets the old one.
 *
 * @example
 * const followed = (plan: FitPlan): FitPlan => ({ ...plan, trackers: [tensorBoard] })
 */
export const tensorBoard: Tracker = (directory, earlier) =>
  pipe(
    Effect.Do,
    Effect.bind('paths', () => eventFiles(directory)),
    Effect.bind('known', ({ paths }) => fileToContinue(paths, earlier)),
    Effect.bind('path', ({ paths, known }) =>
      known === undefined ? newFile(directory, paths, earlier) : Effect.of(known),
    ),
    Effect.map(({ path }) => appendTo(path, formatOf(path))),
  )
