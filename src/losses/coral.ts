/** CORAL: two batches are alike if their covariances are. */
import {
  count,
  div,
  matmul,
  mean,
  mul,
  square,
  sub,
  sum,
  transposeLast,
  withSignature,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/** The covariance [D,D] of the columns of a batch [N,D], divided by N - 1. */
const covariance = <N, D>(x: Tensor<[N, D]>): Tensor<[D, D]> => {
  const centred = sub(x, mean(x, 0))
  return div(matmul(transposeLast(centred), centred), sub(count(x, 0), 1))
}

/**
 * The squared distance of two covariances, |C(source) - C(target)|² / (4 D²), where |·| is the Frobenius norm (Sun & Saenko
 * 2016, Deep CORAL): features whose second moments are aligned between two domains.
 *
 * `source` [N,D] and `target` [M,D], with any numbers of rows; a batch of one row has no covariance, and makes the loss NaN.
 * Means are not compared.
 *
 * @example
 * const loss = coral(constant([2, 1], [1, 3]), constant([3, 1], [0, 1, 2])) // 0.25
 */
export const coral = <N, M, D>(source: Tensor<[N, D]>, target: Tensor<[M, NoInfer<D>]>): Tensor<[]> => {
  const rows = withSignature(
    'coral',
    { source: [source, 'sources width'], target: [target, 'targets width'] },
    source,
  )
  const width = count(rows, 1)
  return div(sum(square(sub(covariance(rows), covariance(target)))), mul(mul(width, width), 4))
}
