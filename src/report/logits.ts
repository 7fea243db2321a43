/** What a report reads of logits: the guess of each row, and rows that can be compared across classifiers. */
import type { TensorValue } from '../values/value.js'
import type { Guess } from './run-report.js'

/** Rows of a table [N,K]. */
export const rowsOf = ({
  shape: [count = 0, width = 0],
  data,
}: TensorValue): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, row) => [...data.subarray(row * width, (row + 1) * width)])

/** The class of the largest logit (the first of equals), and its probability by softmax. */
export const guessOf = (logits: readonly number[]): Guess => {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity)
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)
  return { label: logits.indexOf(largest), probability: 1 / total }
}

/** Logits less their mean: a number that is added to all of a row changes no probability. */
export const centred = (logits: readonly number[]): readonly number[] => {
  const mean = logits.reduce((sum, logit) => sum + logit, 0) / logits.length
  return logits.map((logit) => logit - mean)
}
