/** The values of a program's inputs for some rows of a batch. */
import type { NamedValues } from '../../src/values/named-values.js'
import type { Program, TensorValue } from '../../src/dsl/index.js'
import { f32, i32 } from './evaluation.js'

/** Rows of a table of numbers. */
export const takeRows = ({ dtype, shape, data }: TensorValue, positions: readonly number[]): TensorValue => {
  const width = data.length / (shape[0] ?? 1)
  const numbers = positions.flatMap((at) => [...data.slice(at * width, (at + 1) * width)])
  const taken = [positions.length, ...shape.slice(1)]
  if (dtype === 'f32') return f32(taken, numbers)
  return dtype === 'i32' ? i32(taken, numbers) : { dtype, shape: taken, data: Uint8Array.from(numbers) }
}

/** The values, with only these rows of each input whose first dim is the symbol. */
export const valuesOfRows = (
  program: Program,
  symbol: string,
  values: NamedValues,
  positions: readonly number[],
): NamedValues => {
  const tables = new Set(
    program.inputs.filter(({ shape }) => shape[0] === symbol).map(({ attributes }) => attributes.name),
  )
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      tables.has(name) ? takeRows(value, positions) : value,
    ]),
  )
}
