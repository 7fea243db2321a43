/** Positive semidefinite matrices: covariances, kernels, Gram matrices. */
import { elementCount } from '../../values/value.js'
import type { Kind } from './kind.js'
import { mapRows, rowLength } from './kind.js'
import { normalNumber, numbersOf } from './random-source.js'

/** A Aᵀ of a matrix of n rows. */
const gram = (a: Float64Array, n: number): Float64Array =>
  numbersOf(n * n, (flat) => {
    const [row, column] = [Math.floor(flat / n) * n, (flat % n) * n]
    return a.subarray(row, row + n).reduce((sum, x, k) => sum + x * (a[column + k] ?? 0), 0)
  })

/** Whether elimination without pivoting meets no negative pivot and the matrix is symmetric, up to rounding. */
export const isPositiveSemidefinite = (matrix: Float64Array, n: number): boolean => {
  const rest = Float64Array.from(matrix)
  const at = (row: number, column: number): number => rest[row * n + column] ?? 0
  const rounding = 1e-9 * matrix.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0)
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) if (Math.abs(at(i, j) - at(j, i)) > rounding) return false
  }
  for (let k = 0; k < n; k += 1) {
    const pivot = at(k, k)
    if (pivot < -rounding) return false
    for (let i = k + 1; i < n; i += 1) {
      if (pivot <= rounding && Math.abs(at(i, k)) > Math.sqrt(rounding)) return false
      const factor = pivot <= rounding ? 0 : at(i, k) / pivot
      for (let j = k + 1; j < n; j += 1) rest[i * n + j] = at(i, j) - factor * at(k, j)
    }
  }
  return true
}

/**
 * Symmetric positive semidefinite matrices over the last two axes; extreme ones have any lower
 * rank, also 0. A changed matrix that is no longer positive semidefinite is replaced by its product with its transpose.
 */
export const positiveSemidefiniteKind: Kind = {
  words: 'positive semidefinite matrices',
  draw: (random, { shape, region }) => {
    const n = rowLength(shape)
    return mapRows(new Float64Array(elementCount(shape)), n * n, () => {
      const rank = region === 'typical' ? n : random.nextInt(0, n)
      return gram(
        numbersOf(n * n, (i) => (i % n < rank ? normalNumber(random) : 0)),
        n,
      )
    })
  },
  repair: (elements, { shape }) => {
    const n = rowLength(shape)
    return mapRows(elements, n * n, (matrix) =>
      isPositiveSemidefinite(matrix, n) ? matrix : gram(matrix, n),
    )
  },
}
