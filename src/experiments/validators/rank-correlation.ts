/** How alike two rankings are. Pure. */
import type { Row } from './rows.js'
import { meanOf } from '../../values/mean.js'

/** The rank of each value from 1 on; equal values share the mean of their ranks. */
const ranksOf = (values: Row): Row =>
  values.map((value) => {
    const below = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    return below + (equal + 1) / 2
  })

/**
 * Spearman's rank correlation of two lists of values, from -1 to 1; undefined where there are fewer than two, or all of a list are
 * equal.
 */
export const rankCorrelation = (a: Row, b: Row): number | undefined => {
  const [x, y] = [ranksOf(a), ranksOf(b)]
  const [meanX, meanY] = [meanOf(x), meanOf(y)]
  const product = (p: Row, meanP: number, q: Row, meanQ: number): number =>
    p.reduce((total, value, i) => total + (value - meanP) * ((q[i] ?? 0) - meanQ), 0)
  const scale = Math.sqrt(product(x, meanX, x, meanX) * product(y, meanY, y, meanY))
  return scale > 0 ? product(x, meanX, y, meanY) / scale : undefined
}
