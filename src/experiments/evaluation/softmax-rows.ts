/** Probabilities of logits, in plain numbers. Pure. */
import type { TensorValue } from '../../dsl/values/value.js'

/** The softmax of each row of logits [N,K]. */
export const softmaxRows = ({
  shape: [rows = 0, classes = 0],
  data,
}: TensorValue): readonly (readonly number[])[] =>
  Array.from({ length: rows }, (_, row) => {
    const logits = Array.from(data.subarray(row * classes, (row + 1) * classes))
    const largest = Math.max(...logits)
    const powers = logits.map((logit) => Math.exp(logit - largest))
    const total = powers.reduce((sum, power) => sum + power, 0)
    return powers.map((power) => power / total)
  })
