/** Tables as lists of numbers. */
import type { TensorValue } from './value.js'

/** The rows of a table [N,K] as lists of numbers. */
export const rowsOf = ({
  shape: [count = 0, width = 0],
  data,
}: TensorValue): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, row) => [...data.subarray(row * width, (row + 1) * width)])
