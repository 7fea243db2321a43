/** The nuclear norm of predictions. */
import type { Rows } from './rows.js'
import { dot, softmaxOf } from './rows.js'

/** A and its columns times itself: rows of Aᵀ A. */
const gramOf = (rows: Rows): number[][] => {
  const width = rows[0]?.length ?? 0
  const gram = Array.from({ length: width }, () => Array.from({ length: width }, () => 0))
  for (const row of rows) {
    for (const [a, line] of gram.entries()) {
      const value = row[a] ?? 0
      for (const [b, other] of row.entries()) line[b] = (line[b] ?? 0) + value * other
    }
  }
  return gram
}

const mostSweeps = 60

/**
 * The singular values of a matrix, by one-sided Jacobi rotations (Hestenes 1958): rows are turned in pairs until all are
 * orthogonal; their lengths are the singular values.
 */
const singularValues = (matrix: number[][]): readonly number[] => {
  for (let sweep = 0, turned = true; turned && sweep < mostSweeps; sweep += 1) {
    turned = false
    for (const [a, first] of matrix.entries()) {
      for (const second of matrix.slice(a + 1)) {
        const [alpha, beta, gamma] = [dot(first, first), dot(second, second), dot(first, second)]
        if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta) || gamma === 0) continue
        turned = true
        const zeta = (beta - alpha) / (2 * gamma)
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
        const cosine = 1 / Math.sqrt(1 + tangent * tangent)
        for (const [i, x] of first.entries()) {
          const y = second[i] ?? 0
          first[i] = cosine * (x - tangent * y)
          second[i] = cosine * (y + tangent * x)
        }
      }
    }
  }
  return matrix.map((row) => Math.sqrt(dot(row, row)))
}

/**
 * The nuclear norm of the predictions [N,K] of the target, the sum of their singular values, over the number of images (Cui et al.
 * 2020, "Towards discriminability and diversity: batch nuclear-norm maximization", CVPR 2020, sec. 3.3). It is large where
 * predictions are sure and of many classes; at most √(min(N, K) / N).
 */
export const nuclearNorm = (logits: Rows): number => {
  // The singular values of AᵀA are the squares of those of A.
  const squares = singularValues(gramOf(logits.map(softmaxOf)))
  return squares.reduce((total, square) => total + Math.sqrt(square), 0) / logits.length
}
