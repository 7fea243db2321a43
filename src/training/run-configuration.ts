/** `run.json`: the configuration of the run in a directory. A run is continued only with the same configuration. */
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import * as Effect from '../effects/effect.js'
import { remove } from '../effects/operations.js'
import { readJson, writeJson } from '../effects/text-file.js'
import { configurationPath } from './fit-plan.js'
import type { RunKind } from './run-directory.js'
import { checkStart, filesOf } from './run-directory.js'
import type { RunStart } from './run-start.js'
import { lookup } from '../values/record.js'

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields of a configuration by path, such as `settings.levels`. */
export const leaves = (table: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> =>
  new Map(
    Object.entries(table).flatMap(([name, value]): readonly (readonly [string, unknown])[] =>
      isTable(value)
        ? [...leaves(value)].map(([inner, leaf]) => [`${name}.${inner}`, leaf] as const)
        : [[name, value]],
    ),
  )

/** Fields that say where inputs lie. They may change while a run goes on: inputs are known by their digests. */
const places: readonly string[] = ['data', 'clip', 'classNames']

/** Whether a field of a configuration is a file or folder that is read. */
export const isPlace = (field: string): boolean => places.includes(field)

/** Whether a field may differ: places, engine, memory limit, version, and an activation that one run recorded and nobody asked for. */
const mayDiffer = (name: string, ...runs: readonly ReadonlyMap<string, unknown>[]): boolean =>
  isPlace(name) ||
  ['engine', 'memory', 'version', 'activationAssumed'].includes(name) ||
  (name === 'activation' && runs.some((run) => run.get(name) === undefined))

/** Whether a field of a table is one of these or lies in one. */
const isAmong = (fields: readonly string[], name: string): boolean =>
  fields.some((field) => name === field || name.startsWith(`${field}.`))

/** Names of the fields in which two configurations differ and may not. */
const differences = (
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  free: readonly string[],
): readonly string[] => {
  const [of, other] = [leaves(a), leaves(b)]
  return [...new Set([...of.keys(), ...other.keys()])].filter(
    (name) =>
      !isAmong(free, name) &&
      !mayDiffer(name, of, other) &&
      JSON.stringify(of.get(name)) !== JSON.stringify(other.get(name)),
  )
}

/**
 * Compares the configuration in a run's directory with the one that is wanted, but for the fields in `free`. Fails with
 * `InvalidSetting` of `field`, naming the fields that differ.
 */
export const checkConfiguration = <A extends Readonly<Record<string, unknown>>, O>(
  directory: string,
  codec: t.Type<A, O>,
  configuration: A,
  field: 'directory' | 'start',
  free: readonly string[] = [],
): Effect.Effect<void> => {
  const path = configurationPath(directory)
  return pipe(
    readJson(path, codec),
    Effect.flatMap((earlier) => {
      const changed = differences(earlier, configuration, free)
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

/** Writes down where the inputs of a run lie now. */
const movePlaces = <A extends Readonly<Record<string, unknown>>, O>(
  path: string,
  codec: t.Type<A, O>,
  configuration: A,
): Effect.Effect<void> =>
  pipe(
    readJson(path, codec),
    Effect.flatMap((earlier) => {
      const now = Object.entries(configuration).filter(([name]) => isPlace(name))
      return now.every(([name, value]) => lookup(name, earlier) === value)
        ? Effect.unit
        : writeJson(path, codec, { ...earlier, ...Object.fromEntries(now) })
    }),
  )

/** How a run begins in a directory that may hold an earlier one. */
export interface RunBeginning {
  readonly kind: RunKind
  readonly start: RunStart
  /** Fields of the configuration that make no difference to the run, so that a resumed one may have other values of them. */
  readonly free?: readonly string[]
  /** Fails where the inputs of a run that is resumed are not those that it was begun with. */
  readonly checkInputs?: Effect.Effect<void>
}

/**
 * Writes the configuration of a run that begins. Where another one is overwritten, its files are removed before, its
 * configuration first: a run that dies before its first checkpoint must not continue from an older one.
 *
 * Fails, and leaves the directory as it is, where the run cannot start there (see `checkStart`), and with `InvalidSetting` if a
 * run that is resumed had another configuration: the fields that differ are named. Where only its inputs have moved, their new
 * places are written down.
 */
export const beginRun = <A extends Readonly<Record<string, unknown>>, O>(
  directory: string,
  codec: t.Type<A, O>,
  configuration: A,
  { kind, start, free, checkInputs = Effect.unit }: RunBeginning,
): Effect.Effect<void> => {
  const path = configurationPath(directory)
  const removed = pipe([path, ...filesOf(kind, directory)], Effect.traverseArray(remove))
  const resumed = pipe(
    checkConfiguration(directory, codec, configuration, 'start', free),
    Effect.apSecond(checkInputs),
    Effect.apSecond(movePlaces(path, codec, configuration)),
  )
  return pipe(
    checkStart(directory, kind, start),
    Effect.flatMap(({ tag }) =>
      tag === 'Run' && start !== 'overwrite'
        ? resumed
        : pipe(
            Effect.when(start === 'overwrite')(Effect.as(undefined)(removed)),
            Effect.apSecond(writeJson(path, codec, configuration)),
          ),
    ),
  )
}
