/** `run.json`: what a run's directory was started with. Going on with something else would be another run. */
import { basename, join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import * as Effect from '../effects/effect.js'
import { pathStatus, remove } from '../effects/operations.js'
import { readJson, writeJson } from '../effects/text-file.js'
import { checkpointPath, metricsPath } from './fit.js'

export const configurationPath = (directory: string): string => join(directory, 'run.json')

/** Names of the fields in which two configurations differ. What computes, within how much memory, and which version, may change. */
const differences = (
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (name) =>
      !['engine', 'memory', 'version'].includes(name) && JSON.stringify(a[name]) !== JSON.stringify(b[name]),
  )

/**
 * Holds the configuration that a run's directory was begun with against the one that is wanted. Fails with `InvalidSetting`,
 * naming the fields that differ, under the setting that asked for it.
 */
export const checkConfiguration = <A extends Readonly<Record<string, unknown>>, O>(
  field: 'directory' | 'resume',
  directory: string,
  codec: t.Type<A, O>,
  configuration: A,
): Effect.Effect<void> => {
  const path = configurationPath(directory)
  return pipe(
    readJson(path, codec),
    Effect.flatMap((earlier) => {
      const changed = differences(earlier, configuration)
      return changed.length === 0
        ? Effect.unit
        : Effect.left({
            tag: 'InvalidSetting',
            field,
            problem: `${path} was begun with other values of ${changed.join(', ')}`,
            advice: 'give the same values, or begin anew in another directory',
          })
    }),
  )
}

/** What becomes of what is in the directory of a run that begins. */
export interface RunStart {
  /** Go on with the run that is there. */
  readonly resume: boolean
  /** A finished run that is there may be overwritten. Without it, it is refused. */
  readonly replace?: boolean | undefined
  /** The file that a run leaves when it has been trained to its end. */
  readonly result: string
  /** What else it leaves, beside checkpoint and metrics. */
  readonly traces?: readonly string[]
}

/** A trained run is hours of somebody's time: it is not thrown away because an option was forgotten. */
const refuseFinished = (directory: string, result: string): Effect.Effect<void> =>
  pipe(
    pathStatus(result),
    Effect.flatMap(({ kind }) =>
      kind === 'missing'
        ? Effect.unit
        : Effect.left({
            tag: 'InvalidSetting',
            field: 'directory',
            at: directory,
            problem: `there is a finished run in it, with ${basename(result)}`,
            advice: 'choose another directory, or remove this one to begin anew',
            instead: {
              field: 'resume',
              value: 'true',
              purpose: 'to read this run back and evaluate it again',
            },
          }),
    ),
  )

/**
 * Writes the configuration of a run that begins, after removing what another one left that was not finished, or was to
 * be replaced: a run that dies before its first checkpoint must not go on from another one's.
 *
 * Fails with `InvalidSetting`, and leaves the directory as it is, where that would overwrite a finished run, and where a run
 * that is resumed was begun with another configuration: the fields that differ are named.
 */
export const beginRun = <A extends Readonly<Record<string, unknown>>, O>(
  directory: string,
  codec: t.Type<A, O>,
  configuration: A,
  { resume, replace = false, result, traces = [] }: RunStart,
): Effect.Effect<void> => {
  const path = configurationPath(directory)
  const write = pipe(
    replace ? Effect.unit : refuseFinished(directory, result),
    Effect.apSecond(
      pipe(
        [checkpointPath(directory), metricsPath(directory), result, ...traces],
        Effect.traverseArray(remove),
      ),
    ),
    Effect.flatMap(() => writeJson(path, codec, configuration)),
  )
  const check = checkConfiguration('resume', directory, codec, configuration)
  return resume
    ? pipe(
        pathStatus(path),
        Effect.flatMap(({ kind }) => (kind === 'missing' ? write : check)),
      )
    : write
}
