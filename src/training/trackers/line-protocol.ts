/** `metrics.lp`: the metrics of a run in InfluxDB's line protocol, which Telegraf and most databases of time series read. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { inert } from '../../effects/printable.js'
import type { Metrics } from '../metrics.js'
import { lineProtocolPath } from './tracked-paths.js'
import type { RecordFormat, Tracker } from './tracker.js'
import { appendTo, keepOrWrite, recordsOf, scalarsOfStep } from './tracker.js'

/** The name of what is measured. */
const measurement = 'tensile'

/** A key, or the value of a tag: no end of a line, and no character that would end it. */
const escaped = (text: string): string => inert(text).replaceAll(/[\\,= ]/g, (sign) => `\\${sign}`)

/**
 * Nanoseconds since 1970, of which the last six digits are those of the step: two points of one run at one time would be one.
 */
const timestamp = (seconds: number, step: number): string =>
  `${Math.round(1000 * seconds)}${String(step % 1_000_000).padStart(6, '0')}`

/**
 * A step as a line: `tensile,run=runs/pacs step=3i,loss=0.71,accuracy=0.5 1764512345678000003`. The time is left out where a step
 * has none.
 *
 * @example
 * lineOf('runs/pacs', { step: 3, loss: 0.5 }) // 'tensile,run=runs/pacs step=3i,loss=0.5'
 */
export const lineOf = (run: string, metrics: Metrics): string => {
  const { step, time } = metrics
  const fields = Object.entries(scalarsOfStep(metrics)).map(([name, value]) => `${escaped(name)}=${value}`)
  const point = `${measurement},run=${escaped(run)} ${[`step=${step}i`, ...fields].join(',')}`
  return time === undefined ? point : `${point} ${timestamp(time, step)}`
}

const formatOf = (run: string): RecordFormat => ({
  beginning: [],
  recordOf: (metrics) => new TextEncoder().encode(`${lineOf(run, metrics)}\n`),
})

/**
 * Writes a line for each step, with the run's directory as a tag. The file of a run that is resumed goes on; where it holds steps
 * that are taken again, it is written anew.
 *
 * @example
 * const followed = (plan: FitPlan): FitPlan => ({ ...plan, trackers: [lineProtocol] })
 */
export const lineProtocol: Tracker = (directory, earlier) => {
  const [path, format] = [lineProtocolPath(directory), formatOf(directory)]
  return pipe(keepOrWrite(path, recordsOf(format, earlier)), Effect.as(appendTo(path, format)))
}
