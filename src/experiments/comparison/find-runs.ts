/** Finding the runs in folders: runs themselves, studies, and folders of either. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { describeFailure } from '../../effects/explain.js'
import type { Failure } from '../../effects/failure.js'
import { listFolder, pathStatus } from '../../effects/operations.js'
import { basename, join, normalize } from '../../effects/paths.js'
import { configurationPath } from '../../training/fit-plan.js'
import { tensorBoardFolder } from '../../training/trackers/tracked-paths.js'
import { failurePath } from '../adaptation/run-files.js'
import { readFailure } from '../study/cell-failure.js'
import { studyFolders } from '../study/study-directory.js'
import type { RunRecord } from './run-record.js'
import { readRun } from './run-record.js'

/** Something that is left out, and why: a sentence or a state, such as `there is no run in it`. */
export interface SkippedRun {
  readonly path: string
  readonly reason: string
}

export interface FoundRuns {
  readonly runs: readonly RunRecord[]
  readonly skipped: readonly SkippedRun[]
}

/** Folders below one that is given: a folder of studies holds rows, pairs and seeds. */
const deepest = 4

/** Folders that hold no runs. */
const isAside = (name: string): boolean =>
  name.startsWith('.') ||
  [...Object.values<string>(studyFolders), basename(tensorBoardFolder('')), 'node_modules'].includes(name)

/** The folders of runs at and below one, and of runs that failed before they were written down. */
const runFolders = (folder: string, depth: number): Effect.Effect<readonly string[]> =>
  pipe(
    listFolder(folder),
    Effect.flatMap((entries): Effect.Effect<readonly string[]> => {
      const names = entries.map(({ name }) => name)
      if ([configurationPath, failurePath].some((path) => names.includes(basename(path(folder)))))
        return Effect.of([folder])
      if (depth === 0) return Effect.of([])
      return pipe(
        entries.filter(({ name, kind }) => kind === 'folder' && !isAside(name)),
        Effect.traverseArray(({ name }) => runFolders(join(folder, name), depth - 1)),
        Effect.map((folders) => folders.flat()),
      )
    }),
  )

const skip = (path: string, reason: string): FoundRuns => ({ runs: [], skipped: [{ path, reason }] })

const together = (found: readonly FoundRuns[]): FoundRuns => ({
  runs: found.flatMap(({ runs }) => runs),
  skipped: found.flatMap(({ skipped }) => skipped),
})

/** A failure as a reason to leave something out; an interruption stays a failure. */
const skipFailed =
  (path: string) =>
  (failure: Failure): Effect.Effect<FoundRuns> => {
    if (failure.tag === 'Interrupted') return Effect.left(failure)
    const { where, what } = describeFailure(failure)
    return Effect.of(
      skip(path, where.startsWith(path) && where !== path ? `${basename(where)}: ${what}` : what),
    )
  }

/** The run of a folder. */
const runIn = (folder: string): Effect.Effect<FoundRuns> =>
  pipe(
    pathStatus(configurationPath(folder)),
    Effect.flatMap(({ kind }) =>
      kind === 'missing'
        ? pipe(
            readFailure(folder),
            Effect.map((reason) => skip(folder, `failed: ${reason ?? 'no reason is written down'}`)),
          )
        : pipe(
            readRun(folder),
            Effect.map((run): FoundRuns => ({ runs: [run], skipped: [] })),
          ),
    ),
    Effect.orElse(skipFailed(folder)),
  )

/** The folders of runs in what is given, or why there are none. */
const foldersIn = (path: string): Effect.Effect<E.Either<FoundRuns, readonly string[]>> =>
  pipe(
    pathStatus(path),
    Effect.flatMap(({ kind }): Effect.Effect<E.Either<FoundRuns, readonly string[]>> => {
      if (kind !== 'folder')
        return Effect.of(E.left(skip(path, kind === 'missing' ? 'there is no such folder' : 'it is a file')))
      return pipe(
        runFolders(path, deepest),
        Effect.map((folders) =>
          folders.length === 0 ? E.left(skip(path, 'there is no run in it')) : E.right(folders),
        ),
        Effect.orElse((failure) => pipe(skipFailed(path)(failure), Effect.map(E.left))),
      )
    }),
  )

/**
 * Reads the runs in folders and below them, each once, in the order of the folders. What is none, cannot be read, or failed before it
 * began is named with the reason; it ends nothing.
 *
 * @example
 * pipe(findRuns(['runs']), Effect.map(({ runs }) => runs.map(({ directory }) => directory)))
 */
export const findRuns = (paths: readonly string[]): Effect.Effect<FoundRuns> =>
  pipe(
    paths,
    Effect.traverseArray(foldersIn),
    Effect.flatMap((found) => {
      const folders = new Set(found.flatMap((each) => (E.isRight(each) ? each.right.map(normalize) : [])))
      const none = found.flatMap((each) => (E.isLeft(each) ? [each.left] : []))
      return pipe(
        [...folders],
        Effect.traverseArray(runIn),
        Effect.map((runs) => together([...runs, ...none])),
      )
    }),
  )
