/** What writes down the metrics of a run for another program, while the run goes on. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { appendBytes, ifMissing, readFile, writeFile } from '../../effects/operations.js'
import type { Metrics } from '../metrics.js'

/** Writes down the metrics of a step. */
export type Log = (metrics: Metrics) => Effect.Effect<void>

/**
 * Begins to follow the run in a directory. `earlier` are the metrics of the steps that it goes on from, none where it begins:
 * then these are written down, each once, whatever an earlier process left.
 */
export type Tracker = (directory: string, earlier: readonly Metrics[]) => Effect.Effect<Log>

/** A file of records, one for each step, after a beginning that may be empty. */
export interface RecordFormat {
  readonly beginning: readonly Uint8Array[]
  readonly recordOf: (metrics: Metrics) => Uint8Array
}

/** What a file holds after these steps. */
export const recordsOf = (
  { beginning, recordOf }: RecordFormat,
  metrics: readonly Metrics[],
): readonly Uint8Array[] => [...beginning, ...metrics.map(recordOf)]

/** Appends the record of each step to a file. */
export const appendTo =
  (path: string, { recordOf }: RecordFormat): Log =>
  (metrics) =>
    appendBytes(path, recordOf(metrics))

/** Whether bytes are these chunks, one after the other. */
const isJoined = (bytes: Uint8Array, chunks: readonly Uint8Array[]): boolean => {
  let end = 0
  for (const chunk of chunks) {
    const start = end
    end += chunk.length
    if (end > bytes.length || !chunk.every((byte, i) => byte === bytes[start + i])) return false
  }
  return end === bytes.length
}

/** Whether a file holds these chunks and nothing else. */
export const holds = (path: string, chunks: readonly Uint8Array[]): Effect.Effect<boolean> =>
  pipe(
    readFile(path),
    Effect.map((bytes) => isJoined(bytes, chunks)),
    ifMissing(path, Effect.of(false)),
  )

/** Writes a file whole, unless it holds these chunks already: a program that reads it meanwhile goes on reading then. */
export const keepOrWrite = (path: string, chunks: readonly Uint8Array[]): Effect.Effect<void> =>
  pipe(
    holds(path, chunks),
    Effect.flatMap((there) => Effect.when(!there)(writeFile(path, chunks))),
  )

/** Figures of a step that are shown as curves: all but its number and its time. */
export const scalarsOfStep = ({ step: _, time: __, ...scalars }: Metrics): Readonly<Record<string, number>> =>
  scalars
