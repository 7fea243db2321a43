/** Tables as lists of numbers. */
import type { TensorValue } from './value.js'

/** A row of a table [N,K] as a list of numbers. */
export const rowOf = ({ shape: [, width = 0], data }: TensorValue, row: number): readonly number[] => [
  ...data.subarray(row * width, (row + 1) * width),
]

/** The rows of a table [N,K] as lists of numbers. */
export const rowsOf = (table: TensorValue): readonly (readonly number[])[] =>
  Array.from({ length: table.shape[0] ?? 0 }, (_, row) => rowOf(table, row))
