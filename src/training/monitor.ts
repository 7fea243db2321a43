/** What looks at a training run every so many steps: it may measure, print or write. */
import { pipe } from 'fp-ts/lib/function.js'
import type { NamedValues } from '../values/named-values.js'
import * as Effect from '../effects/effect.js'
import { printLine } from '../effects/operations.js'
import type { Figures } from './fit-plan.js'

/** A run that is about to start. */
export interface MonitoredRun {
  /** All weights, with the first values of those that change. */
  readonly weights: NamedValues
  /** Names of the weights that change. */
  readonly changing: readonly string[]
}

/** A run at one step. */
export interface Moment {
  /** Steps done. */
  readonly step: number
  /** The step's scalars, and the figures of monitors that looked before. */
  readonly metrics: Figures
  /** The weights that change, now: reading them copies them from the engine. */
  readonly weights: Effect.Effect<NamedValues>
}

/** Looks once, and gives figures to record with the step's metrics. */
export type Look = (at: Moment) => Effect.Effect<Figures>

/**
 * Made ready when a run starts, used until it ends, and then disposed of: `use` is the rest of the run (a continuation, as
 * that of `withExecutable`).
 */
export type Monitor = <A>(run: MonitoredRun, use: (look: Look) => Effect.Effect<A>) => Effect.Effect<A>

const inDigits = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4))

/** Prints a line: `step 50: loss 0.2513, test/accuracy 0.968`. */
export const logMetrics: Monitor = (_, use) =>
  use(({ step, metrics }) =>
    pipe(
      printLine(
        `step ${step}: ${Object.entries(metrics)
          .map(([name, value]) => `${name} ${inDigits(value)}`)
          .join(', ')}`,
      ),
      Effect.as({}),
    ),
  )

/** A monitor, and the number of steps from one look to the next. */
export interface Scheduled {
  readonly interval: number
  readonly monitor: Monitor
}

/** Whether it is time: at each multiple of the interval, and after the last step. */
const isDue = (interval: number, step: number, steps: number): boolean =>
  step % interval === 0 || step === steps

/** All monitors as one look, each at its times. Each sees the figures of those before it in the list. */
export const withMonitors = <A>(
  scheduled: readonly Scheduled[],
  run: MonitoredRun,
  steps: number,
  use: (look: Look) => Effect.Effect<A>,
): Effect.Effect<A> => {
  const [first, ...rest] = scheduled
  if (first === undefined) return use(() => Effect.of({}))
  return first.monitor(run, (look) =>
    withMonitors(rest, run, steps, (later) =>
      use((at) =>
        pipe(
          isDue(first.interval, at.step, steps) ? look(at) : Effect.of<Figures>({}),
          Effect.flatMap((figures) =>
            pipe(
              later({ ...at, metrics: { ...at.metrics, ...figures } }),
              Effect.map((others): Figures => ({ ...figures, ...others })),
            ),
          ),
        ),
      ),
    ),
  )
}
