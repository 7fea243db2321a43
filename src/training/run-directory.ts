/** What a run does with its directory, by what lies there: a run is never begun over another one, or over other files. */
import { basename } from '../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import * as Effect from '../effects/effect.js'
import type { Failure, RunMissing } from '../effects/failure.js'
import { contentsOf, namesInWords, taken } from '../effects/outputs.js'
import { readJson } from '../effects/text-file.js'
import { checkpointPath, configurationPath, metricsPath } from './fit-plan.js'
import type { RunStart } from './run-start.js'
import { resumes } from './run-start.js'
import { trackedPaths } from './trackers/tracked-paths.js'

/** A kind of runs that keep their configuration in `run.json`. */
export interface RunKind {
  /** `kind` in `run.json`. */
  readonly kind: keyof typeof kindNames
  /** The file that a finished run leaves. */
  readonly result: (directory: string) => string
  /** Other files that a run leaves, apart from configuration, checkpoint, metrics and what trackers write. */
  readonly traces: (directory: string) => readonly string[]
}

const kindNames = { adaptation: 'adaptation', pretrain: 'pretraining' } as const

/** What lies in a directory. `found` is a sentence: `it holds a pretraining run`. */
export type RunFound =
  | { readonly tag: 'Nothing'; readonly found: string }
  | { readonly tag: 'Run'; readonly finished: boolean; readonly found: string }
  /** Files of a run without its configuration: it was being removed when its process was killed. */
  | { readonly tag: 'Remains'; readonly found: string }
  | { readonly tag: 'Other'; readonly found: string }

/** Files of a run in a directory, but for `run.json`. */
export const filesOf = ({ result, traces }: RunKind, directory: string): readonly string[] => [
  result(directory),
  checkpointPath(directory),
  metricsPath(directory),
  ...trackedPaths(directory),
  ...traces(directory),
]

const kindCodec = t.type({ kind: t.string })

/** The kind that `run.json` says; `undefined` where it is no configuration of a run. */
const kindIn = (directory: string): Effect.Effect<string | undefined> =>
  pipe(
    readJson(configurationPath(directory), kindCodec),
    Effect.map(({ kind }): string | undefined => kind),
    Effect.orElse((failure) =>
      failure.tag === 'FileBroken' || failure.tag === 'DecodeFailed'
        ? Effect.of(undefined)
        : Effect.left(failure),
    ),
  )

const holdsRun = (kind: string): string =>
  `it holds ${kind === 'adaptation' ? 'an adaptation' : kind === 'pretrain' ? 'a pretraining' : `a ${kind}`} run`

/** What lies in the directory of a run of a kind. */
export const findRun = (directory: string, kind: RunKind): Effect.Effect<RunFound> =>
  pipe(
    contentsOf(directory),
    Effect.flatMap((contents): Effect.Effect<RunFound> => {
      if (contents.tag === 'Missing') return Effect.of({ tag: 'Nothing', found: 'there is no such folder' })
      if (contents.tag === 'File') return Effect.of({ tag: 'Other', found: 'it is a file' })
      const { names } = contents
      if (names.length === 0) return Effect.of({ tag: 'Nothing', found: 'it is empty' })
      if (!names.includes(basename(configurationPath(directory)))) {
        const own = new Set(filesOf(kind, directory).map((path) => basename(path)))
        const tag = names.every((name) => own.has(name)) ? 'Remains' : 'Other'
        return Effect.of({ tag, found: namesInWords(names) })
      }
      const finished = names.includes(basename(kind.result(directory)))
      return pipe(
        kindIn(directory),
        Effect.map((found): RunFound => {
          if (found === undefined) return { tag: 'Other', found: namesInWords(names) }
          return found === kind.kind
            ? {
                tag: 'Run',
                finished,
                found: `it holds ${finished ? 'a finished' : 'an unfinished'} ${kindNames[kind.kind]} run`,
              }
            : { tag: 'Other', found: holdsRun(found) }
        }),
      )
    }),
  )

const missing = (
  directory: string,
  { kind }: RunKind,
  found: string,
  wantedTo: RunMissing['wantedTo'],
): Failure => ({ tag: 'RunMissing', directory, wanted: `${kindNames[kind]} run`, found, wantedTo })

/**
 * Checks that a run can start in a directory, and changes nothing. Fails with `OutputTaken` where another run, or other files,
 * would be overwritten, with `RunMissing` where there is nothing to resume.
 */
export const checkStart = (directory: string, kind: RunKind, start: RunStart): Effect.Effect<RunFound> =>
  pipe(
    findRun(directory, kind),
    Effect.tap((there) => {
      if (start === 'resume')
        return there.tag === 'Run'
          ? Effect.unit
          : Effect.left(missing(directory, kind, there.found, 'resume'))
      if (there.tag === 'Nothing' || start === 'overwrite')
        return there.tag === 'Other' ? taken(directory, there.found) : Effect.unit
      if (there.tag === 'Run')
        return resumes(start) ? Effect.unit : taken(directory, there.found, { ways: ['resume', 'overwrite'] })
      return taken(directory, there.found, there.tag === 'Remains' ? { ways: ['overwrite'] } : {})
    }),
  )

/** Fails with `OutputTaken` where a directory holds anything but a run of this kind. */
export const checkNothingElse = (directory: string, kind: RunKind): Effect.Effect<void> =>
  pipe(
    findRun(directory, kind),
    Effect.flatMap(({ tag, found }) => (tag === 'Other' ? taken(directory, found) : Effect.unit)),
  )

/**
 * Checks that a directory holds a run that has been trained to its end. Fails with `RunMissing` where it holds none of this
 * kind, with `RunIncomplete` where it is unfinished.
 */
export const checkFinished = (directory: string, kind: RunKind): Effect.Effect<void> =>
  pipe(
    findRun(directory, kind),
    Effect.flatMapEither((there): E.Either<Failure, void> => {
      if (there.tag !== 'Run') return E.left(missing(directory, kind, there.found, 'read'))
      return there.finished
        ? E.right(undefined)
        : E.left({ tag: 'RunIncomplete', directory, lacks: 'training' })
    }),
  )
