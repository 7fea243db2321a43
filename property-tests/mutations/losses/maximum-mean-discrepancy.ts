/** The maximum mean discrepancy, wrongly. */
import * as d from '../../../src/dsl/index.js'
import {
  maximumMeanDiscrepancyLaws,
  unbiasedMaximumMeanDiscrepancyLaws,
} from '../../../src/laws/declarations/losses/maximum-mean-discrepancy.js'
import { maximumMeanDiscrepancy } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = maximumMeanDiscrepancyLaws
const { of: unbiased } = unbiasedMaximumMeanDiscrepancyLaws
const bandwidths = [0.8, 2]

const squared = <N, M, D>(x: d.Tensor<[N, D]>, y: d.Tensor<[M, D]>): d.Tensor<[N, M]> =>
  d.sum(d.square(d.sub(d.expandDims(x, 1), d.expandDims(y, 0))), 2)

const gaussian = <S>(distances: d.Tensor<S>, bandwidth: number): d.Tensor<S> =>
  d.exp(d.div(distances, -2 * bandwidth * bandwidth))

/** The mean of the two kernels. */
const both = <S>(distances: d.Tensor<S>): d.Tensor<S> =>
  d.mul(d.add(gaussian(distances, 0.8), gaussian(distances, 2)), 0.5)

/** The three means of a kernel, by weights that may be wrong. */
const discrepancy = (
  kernel: <S>(distances: d.Tensor<S>) => d.Tensor<S>,
  [ofX, ofY, between]: readonly [number, number, number] = [1, 1, 2],
) =>
  of((x, y) =>
    d.sub(
      d.add(d.mul(d.mean(kernel(squared(x, x))), ofX), d.mul(d.mean(kernel(squared(y, y))), ofY)),
      d.mul(d.mean(kernel(squared(x, y))), between),
    ),
  )

export const maximumMeanDiscrepancyFaults = [
  planted('the two forgotten', 'zero at the optimum', discrepancy(both, [1, 1, 1])),
  planted('the pairs of y forgotten', 'not negative', discrepancy(both, [1, 0, 2])),
  planted('the pairs of x counted twice', 'symmetric', discrepancy(both, [2, 0, 2])),
  planted(
    'kernels summed instead of averaged',
    'bounded',
    discrepancy((distances) => d.mul(both(distances), 2)),
  ),
  planted(
    'the first bandwidth only',
    'known value',
    discrepancy((distances) => gaussian(distances, 0.8)),
  ),
  planted(
    'distances not squared',
    'known value',
    discrepancy((distances) => both(d.sqrt(d.add(distances, 1e-12)))),
  ),
  planted(
    'the two in the exponent forgotten',
    'known value',
    discrepancy((distances) => both(d.mul(distances, 2))),
  ),
  planted(
    'a linear kernel: the distance of the means',
    'bounded',
    of((x, y) => d.sum(d.square(d.sub(d.mean(x, 0), d.mean(y, 0))), 0)),
  ),
  planted(
    'its root',
    'finite gradients',
    of((x, y) => d.sqrt(d.maximum(maximumMeanDiscrepancy(x, y, { bandwidths }), 0))),
  ),
  planted(
    'a bandwidth that grows with the rows of x',
    'formula',
    of((x, y) => maximumMeanDiscrepancy(d.div(x, d.count(x, 0)), d.div(y, d.count(x, 0)), { bandwidths })),
  ),
  planted(
    'sums in place of means',
    'zero at the optimum',
    of((x, y) =>
      d.sub(
        d.add(d.sum(both(squared(x, x))), d.sum(both(squared(y, y)))),
        d.mul(d.sum(both(squared(x, y))), 2),
      ),
    ),
  ),
  planted(
    'batches normalised to rows of length 1',
    'unchanged',
    of((x, y) =>
      maximumMeanDiscrepancy(d.l2Normalize(x, { epsilon: 1e-6 }), d.l2Normalize(y, { epsilon: 1e-6 }), {
        bandwidths,
      }),
    ),
  ),
  planted(
    'slopes of the kernel without a gradient of their own',
    'gradient of gradient',
    discrepancy((distances) => {
      const sloped = (bandwidth: number): typeof distances =>
        d.mul(d.stopGradient(gaussian(distances, bandwidth)), d.div(distances, -2 * bandwidth * bandwidth))
      const slope = d.mul(d.add(sloped(0.8), sloped(2)), 0.5)
      return d.add(slope, d.stopGradient(d.sub(both(distances), slope)))
    }),
  ),
  planted(
    'y without a gradient',
    'gradient',
    of((x, y) => maximumMeanDiscrepancy(x, d.stopGradient(y), { bandwidths })),
  ),
  planted(
    'squares of rows far from 0, which lose digits',
    'float32',
    of((x, y) => {
      const [a, b] = [d.add(x, 1000), d.add(y, 1000)]
      const lengths = <N>(rows: d.Tensor<[N, 'D']>): d.Tensor<[N]> => d.sum(d.square(rows), 1)
      const distances = <N, M>(p: d.Tensor<[N, 'D']>, q: d.Tensor<[M, 'D']>): d.Tensor<[N, M]> =>
        d.sub(
          d.add(d.expandDims(lengths(p), 1), d.expandDims(lengths(q), 0)),
          d.mul(d.einsum('n d, m d -> n m', p, q), 2),
        )
      return d.sub(
        d.add(d.mean(both(distances(a, a))), d.mean(both(distances(b, b)))),
        d.mul(d.mean(both(distances(a, b))), 2),
      )
    }),
  ),
  planted(
    'biased where it is unbiased',
    'formula',
    unbiased((x, y) => maximumMeanDiscrepancy(x, y, { bandwidths })),
  ),
  planted(
    'divided by all pairs, those of a row with itself left out',
    'zero at the optimum',
    unbiased((x, y) => {
      const within = <N>(rows: d.Tensor<[N, 'D']>): d.Tensor<[]> =>
        d.sub(d.mean(both(squared(rows, rows))), d.div(1, d.count(rows, 0)))
      return d.sub(d.add(within(x), within(y)), d.mul(d.mean(both(squared(x, y))), 2))
    }),
  ),
]
