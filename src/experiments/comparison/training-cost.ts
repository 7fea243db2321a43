/** What the training of a run took, from the metrics of its steps. Pure. */
import type { Metrics } from '../../training/metrics.js'

/** What a training took. Times are absent where steps have none. */
export interface TrainingCost {
  readonly steps: number
  /** From the first step to the last, without pauses. */
  readonly seconds?: number
  /** Of the step in the middle, if steps are sorted by their times. */
  readonly secondsPerStep?: number
}

/** The one in the middle; of an even number the first of the two. */
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN

/** A longer time between two steps is a pause, in seconds, and in times of the usual one. */
const pause = { seconds: 60, times: 20 } as const

/**
 * Steps, and the time that they took. A gap of more than a minute and of twenty times the usual one is a pause between an
 * interruption and what resumed the run; it is not counted.
 *
 * @example
 * trainingCost([{ step: 1, time: 10 }, { step: 2, time: 12 }, { step: 3, time: 14 }])
 * // { steps: 3, seconds: 4, secondsPerStep: 2 }
 */
export const trainingCost = (metrics: readonly Metrics[]): TrainingCost => {
  const steps = metrics.length
  const times = metrics.flatMap(({ time }) => time ?? [])
  if (times.length !== steps || steps < 2) return { steps }
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time))
  const usual = median(gaps)
  const counted = gaps.filter((gap) => gap <= Math.max(pause.seconds, pause.times * usual))
  return { steps, seconds: counted.reduce((sum, gap) => sum + gap, 0), secondsPerStep: usual }
}
