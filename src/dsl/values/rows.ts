/** Tensors as tables of rows: joining, picking and repeating along the first axis. */
import * as R from 'fp-ts/lib/Record.js'
import type { TensorValue } from './value.js'
import { elementCount, tensorValue, zeros } from './value.js'
import type { NamedValues } from './named-values.js'

const rowSize = ({ shape }: TensorValue): number => elementCount(shape.slice(1))

/** The rows at these positions, in this order; a position may come twice. */
export const pickRows = (table: TensorValue, positions: readonly number[]): TensorValue => {
  const size = rowSize(table)
  const picked = zeros(table.dtype, [positions.length, ...table.shape.slice(1)])
  positions.forEach((at, row) => picked.data.set(table.data.subarray(at * size, (at + 1) * size), row * size))
  return picked
}

/** The rows of f32 tables, one table after the other. Their rows are of one shape. */
export const joinRows = (tables: readonly TensorValue[]): TensorValue => {
  const rows = tables.reduce((total, { shape: [count = 0] }) => total + count, 0)
  const [first] = tables
  const shape = [rows, ...(first?.shape.slice(1) ?? [])]
  const data = new Float32Array(elementCount(shape))
  tables.reduce((start, table) => {
    data.set(table.data, start)
    return start + table.data.length
  }, 0)
  return { dtype: 'f32', shape, data }
}

/** Rows of several tables at once, under a prefix: `source.` and `feature` make `source.feature`. */
export const pickNamedRows = (tables: NamedValues, positions: readonly number[], prefix = ''): NamedValues =>
  Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [`${prefix}${name}`, pickRows(table, positions)]),
  )

/** Tables under the same names, joined row by row. */
export const joinNamedRows = (parts: readonly NamedValues[]): NamedValues =>
  R.mapWithIndex((name: string) =>
    joinRows(
      parts.flatMap((part) => {
        const table = part[name]
        return table === undefined ? [] : [table]
      }),
    ),
  )(parts[0] ?? {})

/** Integer labels as a tensor [N]. */
export const labelTensor = (labels: readonly number[]): TensorValue =>
  tensorValue('i32', [labels.length], labels)
