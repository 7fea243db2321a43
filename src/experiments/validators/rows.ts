/** Rows of logits in double precision. */
import { largest } from '../../values/extremes.js'
import { meanOf } from '../../values/mean.js'

export type Row = readonly number[]
export type Rows = readonly Row[]

/** The logarithms of a row's softmax. */
export const logSoftmaxOf = (row: Row): Row => {
  const most = largest(row)
  const sum = row.reduce((total, logit) => total + Math.exp(logit - most), 0)
  return row.map((logit) => logit - most - Math.log(sum))
}

/** The softmax of a row. */
export const softmaxOf = (row: Row): Row => logSoftmaxOf(row).map(Math.exp)

/** The position of a row's largest number; the first of equals. */
export const argMaxOf = (row: Row): number => row.indexOf(largest(row))

export const dot = (a: Row, b: Row): number => a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0)

/** The mean of each column. */
export const meanRow = (rows: Rows): Row =>
  (rows[0] ?? []).map((_, column) => meanOf(rows.map((row) => row[column] ?? 0)))

/** -Σ p ln p of probabilities, in nats. */
export const entropyOf = (probabilities: Row): number =>
  -probabilities.reduce((total, p) => total + (p > 0 ? p * Math.log(p) : 0), 0)
