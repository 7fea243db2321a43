/** Random matrices with orthonormal rows or columns. */
import type { RandomKey } from '../values/random-key.js'
import { normal } from '../values/random-key.js'

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((total, x, i) => total + x * (b[i] ?? 0), 0)

/** `row` without its part along each of the orthonormal rows. */
const without = (row: Float64Array, basis: readonly Float64Array[]): Float64Array =>
  basis.reduce((rest, unit) => {
    const along = dot(rest, unit)
    return rest.map((x, i) => x - along * (unit[i] ?? 0))
  }, row)

const normalised = (row: Float64Array): Float64Array => {
  const length = Math.sqrt(dot(row, row))
  return row.map((x) => x / length)
}

/**
 * A matrix [rows, columns] in row-major order whose rows are orthonormal, or its columns if it has fewer of these: normal
 * numbers, made orthogonal by Gram and Schmidt in double precision, each row twice, so that rounding does not add up.
 */
export const orthogonalRows = (key: RandomKey, rows: number, columns: number): Float32Array => {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)]
  const drawn = Float64Array.from(normal(key, rows * columns))
  const basis: Float64Array[] = []
  for (let i = 0; i < count; i += 1) {
    const row = drawn.subarray(i * length, (i + 1) * length)
    basis.push(normalised(without(without(row, basis), basis)))
  }
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    return (rows <= columns ? basis[row]?.[column] : basis[column]?.[row]) ?? 0
  })
}
