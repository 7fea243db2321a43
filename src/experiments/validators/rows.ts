/** Tables of logits as rows of numbers in double precision. */
import type { TensorValue } from '../../values/value.js'

export type Row = readonly number[]
export type Rows = readonly Row[]

/** The rows of a table [N,K]. */
export const rowsOf = ({ shape: [count = 0, width = 0], data }: TensorValue): Rows =>
  Array.from({ length: count }, (_, row) => Array.from(data.slice(row * width, (row + 1) * width)))

const largestOf = (row: Row): number => row.reduce((a, b) => Math.max(a, b), -Infinity)

/** The logarithms of a row's softmax. */
export const logSoftmaxOf = (row: Row): Row => {
  const largest = largestOf(row)
  const sum = row.reduce((total, logit) => total + Math.exp(logit - largest), 0)
  return row.map((logit) => logit - largest - Math.log(sum))
}

/** The softmax of a row. */
export const softmaxOf = (row: Row): Row => logSoftmaxOf(row).map(Math.exp)

/** The position of a row's largest number; the first of equals. */
export const argMaxOf = (row: Row): number => row.indexOf(largestOf(row))

export const dot = (a: Row, b: Row): number => a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0)

export const meanOf = (values: Row): number => values.reduce((a, b) => a + b, 0) / values.length

/** The mean of each column. */
export const meanRow = (rows: Rows): Row =>
  (rows[0] ?? []).map((_, column) => meanOf(rows.map((row) => row[column] ?? 0)))

/** -Σ p ln p of probabilities, in nats. */
export const entropyOf = (probabilities: Row): number =>
  -probabilities.reduce((total, p) => total + (p > 0 ? p * Math.log(p) : 0), 0)
