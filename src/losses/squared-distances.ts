/** Distances between the rows of two batches. */
import {
  add,
  expandDims,
  matmul,
  mean,
  mul,
  square,
  stopGradient,
  sub,
  sum,
  transposeLast,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/**
 * |xᵢ - yⱼ|² of all rows of `x` [N,D] and `y` [M,D], as [N,M]: |x|² + |y|² - 2 x·y, one product of matrices. Both are first
 * moved by the mean of `y`, which changes no distance and loses fewer digits.
 */
export const squaredDistances = <N, M, D>(x: Tensor<[N, D]>, y: Tensor<[M, NoInfer<D>]>): Tensor<[N, M]> => {
  const centre = stopGradient(mean(y, 0))
  const [a, b] = [sub(x, centre), sub(y, centre)]
  const lengths = add(expandDims(sum(square(a), 1), 1), expandDims(sum(square(b), 1), 0))
  return sub(lengths, mul(matmul(a, transposeLast(b)), 2))
}
