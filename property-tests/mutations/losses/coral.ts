/** CORAL, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { coralLaws } from '../../../src/laws/declarations/losses/coral.js'
import { coral } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = coralLaws

/** Covariances by choices that may go wrong. */
const covariance = <N, D>(
  x: d.Tensor<[N, D]>,
  { centred = true, correction = 1 }: { readonly centred?: boolean; readonly correction?: number } = {},
): d.Tensor<[D, D]> => {
  const rows = centred ? d.sub(x, d.mean(x, 0)) : x
  return d.div(d.matmul(d.transposeLast(rows), rows), d.sub(d.count(x, 0), correction))
}

const normalised = <D>(difference: d.Tensor<[D, D]>): d.Tensor<[]> =>
  d.div(d.sum(d.square(difference)), d.mul(d.square(d.count(difference, 0)), 4))

export const coralFaults = [
  planted(
    'rows not centred',
    'unchanged',
    of((source, target) =>
      normalised(d.sub(covariance(source, { centred: false }), covariance(target, { centred: false }))),
    ),
  ),
  planted(
    'divided by N instead of N - 1',
    'known value',
    of((source, target) =>
      normalised(d.sub(covariance(source, { correction: 0 }), covariance(target, { correction: 0 }))),
    ),
  ),
  planted(
    'not divided by 4',
    'known value',
    of((source, target) => d.mul(coral(source, target), 4)),
  ),
  planted(
    'divided by D instead of D²',
    'known value',
    of((source, target) => d.mul(coral(source, target), d.count(source, 1))),
  ),
  planted(
    'the Frobenius norm, not its square',
    'formula',
    of((source, target) => d.sqrt(d.add(coral(source, target), 1e-12))),
  ),
  planted(
    'variances only',
    'formula',
    of((source, target) => {
      const difference = d.diagonal(d.sub(covariance(source), covariance(target)))
      return d.div(d.sum(d.square(difference), 0), d.mul(d.square(d.count(source, 1)), 4))
    }),
  ),
  planted(
    'the sum of the covariances',
    'zero at the optimum',
    of((source, target) => normalised(d.add(covariance(source), covariance(target)))),
  ),
  planted(
    'scatter in place of covariance: not divided by the rows',
    'known value',
    of((source, target) => {
      const scatter = <N>(x: d.Tensor<[N, 'D']>): d.Tensor<['D', 'D']> =>
        d.mul(covariance(x), d.sub(d.count(x, 0), 1))
      return normalised(d.sub(scatter(source), scatter(target)))
    }),
  ),
  planted(
    'the mean of the source for both',
    'unchanged',
    of((source, target) => {
      const centre = d.mean(source, 0)
      return normalised(d.sub(covariance(source), covariance(d.sub(target, centre), { centred: false })))
    }),
  ),
  planted(
    'differences not squared',
    'not negative',
    of((source, target) => d.mean(d.sub(covariance(source), covariance(target)))),
  ),
  planted(
    'target without a gradient',
    'gradient',
    of((source, target) => coral(source, d.stopGradient(target))),
  ),
  planted(
    'means without a gradient',
    'gradient of gradient',
    of((source, target) => {
      const value = coral(source, target)
      const fixed = d.sub(source, d.stopGradient(d.mean(source, 0)))
      const wrong = normalised(d.sub(covariance(fixed, { centred: false }), covariance(target)))
      return d.add(wrong, d.stopGradient(d.sub(value, wrong)))
    }),
  ),
]
