/** The laws of CORAL. */
import { coral } from '../../../losses/index.js'
import { activations } from '../../argument.js'
import { nonNegative } from '../../catalogue/bounds.js'
import { unchanged } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, symmetric } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { mapElements } from '../../tensor-values.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, plainFilled, plainRows, plainSum } from '../plain-numbers.js'

type Rows = readonly (readonly number[])[]

const column = (rows: Rows, index: number): readonly number[] => rows.map((row) => row[index] ?? Number.NaN)

const covarianceOf = (rows: Rows, i: number, j: number): number => {
  const [a, b] = [column(rows, i), column(rows, j)]
  return (
    plainSum(a.map((x, row) => (x - average(a)) * ((b[row] ?? Number.NaN) - average(b)))) / (rows.length - 1)
  )
}

export const coralLaws = declareLaws((source, target) => coral(source, target), {
  name: 'coral',
  takes: [activations('source', ['N', 'D']), activations('target', ['M', 'D'])],
  sizes: { N: [2, 5], M: [2, 5], D: [1, 3] },
  laws: [
    nonNegative,
    zeroAtOptimum(
      'where the target is the source mirrored and moved',
      ['source', 'target'],
      ({ values }) => ({
        target: values['source'] && mapElements(values['source'], (x) => 3 - x),
      }),
    ),
    knownValue({
      words: '(N (N + 1) / 12)² / 4 where the target is one point, and row i of the source i everywhere',
      of: ['source', 'target'],
      values: (trial) => ({
        source: plainFilled(trial, 'source', (row) => row),
        target: plainFilled(trial, 'target', () => 2),
      }),
      is: ({ sizes: { N = 2 } }) => ((N * (N + 1)) / 12) ** 2 / 4,
    }),
    unchanged({
      words: 'with a vector added to all rows of the target',
      of: ['target'],
      values: ({ values: { target } }) => ({
        target: target && mapElements(target, (x, flat) => x + 1 + (flat % (target.shape[1] ?? 1))),
      }),
    }),
    symmetric('source', 'target'),
    invariantToBatchOrder('N'),
    invariantToBatchOrder('M'),
    invariantToBatchOrder('D'),
    ...finiteAndSmooth,
    formula('Σ (difference of covariances)² / (4 D²)', (trial) => {
      const [source, target] = [plainRows(trial, 'source'), plainRows(trial, 'target')]
      const columns = (source[0] ?? []).map((_, i) => i)
      const squares = columns.flatMap((i) =>
        columns.map((j) => (covarianceOf(source, i, j) - covarianceOf(target, i, j)) ** 2),
      )
      return plainSum(squares) / (4 * columns.length ** 2)
    }),
  ],
})
