/** Mean and deviation of values. Pure. */
import { percent } from '../values/percent.js'

/** A mean, and the sample deviation around it (divided by n - 1), which one value alone does not have. */
export interface Spread {
  readonly mean: number
  readonly deviation: number | undefined
  readonly count: number
}

/** Mean and deviation of values; of none, `undefined`. */
export const spread = (values: readonly number[]): Spread | undefined => {
  const count = values.length
  if (count === 0) return undefined
  const mean = values.reduce((total, value) => total + value, 0) / count
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0)
  return { mean, deviation: count === 1 ? undefined : Math.sqrt(squares / (count - 1)), count }
}

/**
 * Shares as percentages: the mean and the deviation, or the mean alone of one value.
 *
 * @example
 * percentSpread({ mean: 0.852, deviation: 0.004, count: 3 }) // '85.2 ± 0.4'
 */
export const percentSpread = ({ mean, deviation }: Spread): string =>
  deviation === undefined ? percent(mean) : `${percent(mean)} ± ${percent(deviation)}`
