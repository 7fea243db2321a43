/** Maximum mean discrepancy: whether two samples are of one distribution, by kernels. */
import {
  add,
  axis,
  cast,
  count,
  div,
  exp,
  eye,
  mean,
  mul,
  sub,
  sum,
  where,
  withSignature,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { aboveZero, oneOrMore, withSettings } from './setting.js'
import { squaredDistances } from './squared-distances.js'

/** The kernels of a discrepancy, and which pairs of rows are counted. */
export interface DiscrepancyOptions {
  /** Deviations σ of the Gaussian kernels, in the unit of the distances of rows; at least one. */
  readonly bandwidths: readonly number[]
  /** Whether pairs of a row with itself are left out. They are counted where nothing is said. */
  readonly unbiased?: boolean
}

/** The mean of the kernels of all pairs of rows, [N,M]. */
const kernelsOf = <N, M, D>(
  x: Tensor<[N, D]>,
  y: Tensor<[M, D]>,
  [first = Number.NaN, ...others]: readonly number[],
): Tensor<[N, M]> => {
  const squared = squaredDistances(x, y)
  const gaussian = (bandwidth: number): Tensor<[N, M]> => exp(mul(squared, -0.5 / (bandwidth * bandwidth)))
  const total = others.reduce((sofar, bandwidth) => add(sofar, gaussian(bandwidth)), gaussian(first))
  return mul(total, 1 / (1 + others.length))
}

/** The mean over the pairs of a batch with itself: all, or those of two different rows. */
const meanWithin = <N>(kernels: Tensor<[N, N]>, unbiased: boolean): Tensor<[]> => {
  if (!unbiased) return mean(kernels)
  const rows = count(kernels, 0)
  const isSelf = cast(eye(axis(kernels, 0)), 'bool')
  return div(sum(where(isSelf, 0, kernels)), mul(rows, sub(rows, 1)))
}

/**
 * The squared maximum mean discrepancy of two batches (Gretton et al. 2012): the mean kernel of pairs within `x`, plus that
 * of pairs within `y`, minus twice that of pairs of the two. The kernel is the mean over the bandwidths σ of
 * e^(-|a - b|² / (2 σ²)), so that it sees differences of several sizes (Long et al. 2015, with equal weights).
 *
 * Over all pairs it is biased (eq. 5, squared): from 0 to 2, and 0 for equal batches. With `unbiased`, pairs of a row with
 * itself are left out (eq. 3): for batches of one distribution it is 0 on average, and may be negative.
 *
 * `x` [N,D], `y` [M,D], with any numbers of rows; the unbiased one is NaN for a batch of one row. A list without bandwidths is
 * a fault, and so is a bandwidth that is not a finite number above 0.
 *
 * @example
 * const [x, y] = [constant([2, 1], [0, 1]), constant([3, 1], [0, 2, 3])]
 * const loss = maximumMeanDiscrepancy(x, y, { bandwidths: [1] }) // 0.472313
 * @example
 * const [source, target] = [input('source', ['N', 256]), input('target', ['M', 256])]
 * const loss = maximumMeanDiscrepancy(source, target, { bandwidths: [4, 8, 16, 32], unbiased: true })
 */
export const maximumMeanDiscrepancy = <N, M, D>(
  x: Tensor<[N, D]>,
  y: Tensor<[M, NoInfer<D>]>,
  { bandwidths, unbiased = false }: DiscrepancyOptions,
): Tensor<[]> => {
  const rows = withSignature('maximumMeanDiscrepancy', { x: [x, 'xs width'], y: [y, 'ys width'] }, x)
  const meanOf = <K>(batch: Tensor<[K, D]>): Tensor<[]> =>
    meanWithin(kernelsOf(batch, batch, bandwidths), unbiased)
  const between = mean(kernelsOf(rows, y, bandwidths))
  return withSettings(
    'maximumMeanDiscrepancy',
    {
      'the number of bandwidths': [bandwidths.length, oneOrMore],
      ...Object.fromEntries(
        bandwidths.map((bandwidth, i) => [`bandwidths[${i}]`, [bandwidth, aboveZero]] as const),
      ),
    },
    sub(add(meanOf(rows), meanOf(y)), mul(between, 2)),
  )
}
