/** `metrics.jsonl`: one line per step with its losses. */
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { TensorValue } from '../values/value.js'
import * as Effect from '../effects/effect.js'
import type { NamedValues } from '../values/named-values.js'
import { appendLine, ifMissing } from '../effects/operations.js'
import { readJsonLines, writeText } from '../effects/text-file.js'

/** `step` counts from 1; the rest are the step's scalars. */
export const metricsCodec = t.intersection([t.type({ step: t.number }), t.record(t.string, t.number)])
export type Metrics = t.TypeOf<typeof metricsCodec>

/** The scalars among a step's outputs. */
export const scalarsOf = (outputs: NamedValues): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(outputs).flatMap(([name, { shape, data }]: readonly [string, TensorValue]) =>
      shape.length === 0 ? [[name, data[0] ?? Number.NaN]] : [],
    ),
  )

export const appendMetrics = (path: string, metrics: Metrics): Effect.Effect<void> =>
  appendLine(path, JSON.stringify(metrics))

/** The records of a file; none where there is no file. */
export const readMetrics = (path: string): Effect.Effect<readonly Metrics[]> =>
  pipe(readJsonLines(path, metricsCodec), ifMissing(path, Effect.of<readonly Metrics[]>([])))

/** Removes the lines after a step, and gives the others: a run that continues from the step writes them again. */
export const rewindMetrics = (path: string, step: number): Effect.Effect<readonly Metrics[]> =>
  pipe(
    readMetrics(path),
    Effect.map((lines) => lines.filter((line) => line.step <= step)),
    Effect.tap((lines) => writeText(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))),
  )
