/** The laws of the maximum mean discrepancy. */
import { maximumMeanDiscrepancy } from '../../../losses/index.js'
import { activations } from '../../argument.js'
import { bounded, nonNegative } from '../../catalogue/bounds.js'
import { unchanged } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, symmetric } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { mapElements, takeAlong } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, plainFilled, plainRows, plainSum } from '../plain-numbers.js'

const bandwidths = [0.8, 2]

const kernel = (squared: number): number =>
  average(bandwidths.map((bandwidth) => Math.exp(-squared / (2 * bandwidth ** 2))))

const kernelOf = (a: readonly number[], b: readonly number[]): number =>
  kernel(plainSum(a.map((x, i) => (x - (b[i] ?? Number.NaN)) ** 2)))

type Rows = readonly (readonly number[])[]

/** The mean kernel of the pairs of two lists of rows; without pairs of one place, for a list with itself. */
const meanKernel = (a: Rows, b: Rows, counts: (i: number, j: number) => boolean = () => true): number =>
  average(a.flatMap((x, i) => b.flatMap((y, j) => (counts(i, j) ? [kernelOf(x, y)] : []))))

const discrepancy = (trial: Trial, counts?: (i: number, j: number) => boolean): number => {
  const [x, y] = [plainRows(trial, 'x'), plainRows(trial, 'y')]
  return meanKernel(x, x, counts) + meanKernel(y, y, counts) - 2 * meanKernel(x, y)
}

/** Both batches with a vector added to all rows: a different number in each column. */
const moved = ({ values: { x, y } }: Trial) => {
  const width = x?.shape[1] ?? 1
  const add = (number: number, flat: number): number => number + 1 + (flat % width)
  return { x: x && mapElements(x, add), y: y && mapElements(y, add) }
}

const common = [
  knownValue({
    words: '2 - 2 times the kernel of their distance, where each batch is one point',
    of: ['x', 'y'],
    values: (trial: Trial) => ({
      x: plainFilled(trial, 'x', () => 0.5),
      y: plainFilled(trial, 'y', () => -1),
    }),
    is: ({ sizes: { D = 1 } }) => 2 - 2 * kernel(D * 1.5 ** 2),
  }),
  symmetric('x', 'y'),
  invariantToBatchOrder('N'),
  invariantToBatchOrder('M'),
  invariantToBatchOrder('D'),
  unchanged({ words: 'with one vector added to all rows', of: ['x', 'y'], values: moved }),
  bounded('at most 2', () => 2),
  ...finiteAndSmooth,
] as const

export const maximumMeanDiscrepancyLaws = declareLaws(
  (x, y) => maximumMeanDiscrepancy(x, y, { bandwidths }),
  {
    name: 'maximumMeanDiscrepancy',
    takes: [activations('x', ['N', 'D']), activations('y', ['M', 'D'])],
    sizes: { N: [1, 4], M: [1, 4], D: [1, 3] },
    laws: [
      nonNegative,
      zeroAtOptimum('where y holds each row of x twice', ['x', 'y'], ({ values: { x } }) => {
        const rows = Array.from({ length: x?.shape[0] ?? 0 }, (_, row) => row)
        return { y: x && takeAlong(x, 0, [...rows, ...rows]) }
      }),
      ...common,
      formula('mean kernel of x with x, and of y with y, less twice that of x with y', (trial) =>
        discrepancy(trial),
      ),
    ],
  },
)

export const unbiasedMaximumMeanDiscrepancyLaws = declareLaws(
  (x, y) => maximumMeanDiscrepancy(x, y, { bandwidths, unbiased: true }),
  {
    name: 'maximumMeanDiscrepancy, unbiased',
    takes: [activations('x', ['N', 'D']), activations('y', ['M', 'D'])],
    sizes: { N: [2, 4], M: [2, 4], D: [1, 3] },
    laws: [
      zeroAtOptimum('where all rows of both are equal', ['x', 'y'], (trial) => ({
        x: plainFilled(trial, 'x', (_, column) => column + 1),
        y: plainFilled(trial, 'y', (_, column) => column + 1),
      })),
      ...common,
      formula('the mean kernels, without pairs of a row with itself', (trial) =>
        discrepancy(trial, (i, j) => i !== j),
      ),
    ],
  },
)
