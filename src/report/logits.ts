/** What a report reads of logits: the guess of each row, and rows that can be compared across classifiers. */
import { argMaxRows } from '../experiments/accuracy.js'
import { largest } from '../values/extremes.js'
import { meanOf } from '../values/mean.js'
import { rowOf } from '../values/rows-of.js'
import type { TensorValue } from '../values/value.js'
import type { Guess } from './run-report.js'

/** The class of the largest logit (the first of equals), and its probability by softmax. */
export const guessOf = (logits: readonly number[]): Guess => {
  const most = largest(logits)
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0)
  return { label: logits.indexOf(most), probability: 1 / total }
}

/** The classes of the largest logits of all rows [N,K]. */
export const guessedLabels = ({ shape: [, width = 1], data }: TensorValue): readonly number[] =>
  argMaxRows(data, width)

/** The guess of one row. */
export const guessAt = (logits: TensorValue, row: number): Guess => guessOf(rowOf(logits, row))

/** Logits less their mean: a number that is added to all of a row changes no probability. */
export const centred = (logits: readonly number[]): readonly number[] => {
  const mean = meanOf(logits)
  return logits.map((logit) => logit - mean)
}
