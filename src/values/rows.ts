/** Tensor values as tables: rows along the first axis are picked and joined. */
import * as R from './record.js'
import type { TensorValue } from './value.js'
import { elementCount, tensorValue, zeros } from './value.js'
import type { NamedValues } from './named-values.js'

const rowSize = ({ shape }: TensorValue): number => elementCount(shape.slice(1))

/** The rows at these positions, in this order; a position may occur more than once. */
export const pickRows = (table: TensorValue, positions: readonly number[]): TensorValue => {
  const size = rowSize(table)
  const picked = zeros(table.dtype, [positions.length, ...table.shape.slice(1)])
  positions.forEach((at, row) => picked.data.set(table.data.subarray(at * size, (at + 1) * size), row * size))
  return picked
}

/** The rows of f32 tables, one table after the other. All rows must have one shape. */
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

/** The rows at these positions of each table. Names get the prefix: `source.` and `feature` give `source.feature`. */
export const pickNamedRows = (tables: NamedValues, positions: readonly number[], prefix = ''): NamedValues =>
  Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [`${prefix}${name}`, pickRows(table, positions)]),
  )

/** Joins the tables of each name with `joinRows`. The first record says which names there are. */
export const joinNamedRows = (parts: readonly NamedValues[]): NamedValues =>
  R.mapWithIndex((name: string) =>
    joinRows(
      parts.flatMap((part) => {
        const table = R.lookup(name, part)
        return table === undefined ? [] : [table]
      }),
    ),
  )(parts[0] ?? {})

/** Integer labels as a tensor [N]. */
export const labelTensor = (labels: readonly number[]): TensorValue =>
  tensorValue('i32', [labels.length], labels)
