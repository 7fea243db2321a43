/** The laws of entropic optimal transport. */
import { sum } from '../../../dsl/index.js'
import { sinkhorn, transportPlan } from '../../../losses/index.js'
import { between } from '../../argument.js'
import { finite, finiteGradients, nonNegative } from '../../catalogue/bounds.js'
import { gradientIsSlope } from '../../catalogue/gradients.js'
import { shiftInvariant, unchanged } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { outputShape } from '../../catalogue/layers.js'
import { equivariantToOrder, invariantToBatchOrder, symmetric } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { mapElements, realTensor, takeAlong } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { plainFilled, plainRows, plainSum } from '../plain-numbers.js'

type Rows = readonly (readonly number[])[]

/** Costs of at most 4 at an ε of 4 converge to rounding within these iterations. */
const options = { epsilon: 4, tolerance: 1e-14, bound: 24 } as const
const coordinates = between(-1, 1)

/** Cuturi's algorithm 1 as he writes it: P = diag(u) K diag(v) with K = e^(-C/ε), and the masses u and v by turns. */
const plainPlan = (cost: Rows): Rows => {
  const kernel = cost.map((row) => row.map((c) => Math.exp(-c / options.epsilon)))
  const [n, m] = [kernel.length, kernel[0]?.length ?? 0]
  let v: readonly number[] = Array.from({ length: m }, () => 1)
  let u: readonly number[] = []
  for (let step = 0; step < 60; step += 1) {
    const columns = v
    u = kernel.map((row) => 1 / n / plainSum(row.map((k, j) => k * (columns[j] ?? 0))))
    const rows = u
    v = v.map((_, j) => 1 / m / plainSum(kernel.map((row, i) => (row[j] ?? 0) * (rows[i] ?? 0))))
  }
  return kernel.map((row, i) => row.map((k, j) => (u[i] ?? 0) * k * (v[j] ?? 0)))
}

const costs = (x: Rows, y: Rows): Rows =>
  x.map((a) => y.map((b) => plainSum(a.map((ak, k) => (ak - (b[k] ?? 0)) ** 2)) / 2))

/** Σ P C + ε Σ P ln(N M P) at the best plan. */
const plainTransport = (x: Rows, y: Rows): number => {
  const cost = costs(x, y)
  const plan = plainPlan(cost)
  return plainSum(
    plan.flatMap((row, i) =>
      row.map((p, j) => p * (cost[i]?.[j] ?? 0) + options.epsilon * p * Math.log(x.length * y.length * p)),
    ),
  )
}

/** Both batches with a vector added to all rows: a different number in each column. */
const moved = ({ values: { x, y } }: Trial) => {
  const width = x?.shape[1] ?? 1
  const shift = (number: number, flat: number): number => number + 1 + (flat % width)
  return { x: x && mapElements(x, shift), y: y && mapElements(y, shift) }
}

const common = [
  symmetric('x', 'y'),
  invariantToBatchOrder('N'),
  invariantToBatchOrder('M'),
  invariantToBatchOrder('D'),
  unchanged({ words: 'with one vector added to all rows', of: ['x', 'y'], values: moved }),
  knownValue({
    words: 'half their squared distance, where each batch is one point',
    of: ['x', 'y'],
    values: (trial: Trial) => ({
      x: plainFilled(trial, 'x', () => 0.5),
      y: plainFilled(trial, 'y', () => -0.5),
    }),
    is: ({ sizes: { D = 1 } }) => D / 2,
  }),
  ...finiteAndSmooth,
] as const

const batches = [coordinates('x', ['N', 'D']), coordinates('y', ['M', 'D'])] as const
const sizes = { N: [1, 3], M: [1, 3], D: [1, 2] } as const

export const sinkhornLaws = declareLaws((x, y) => sinkhorn(x, y, options), {
  name: 'sinkhorn',
  takes: batches,
  sizes,
  laws: [
    nonNegative,
    zeroAtOptimum('where y holds each row of x twice', ['x', 'y'], ({ values: { x } }) => {
      const rows = Array.from({ length: x?.shape[0] ?? 0 }, (_, row) => row)
      return { y: x && takeAlong(x, 0, [...rows, ...rows]) }
    }),
    ...common,
    formula('OT(x, y) - OT(x, x)/2 - OT(y, y)/2, by scaling of the kernel', (trial) => {
      const [x, y] = [plainRows(trial, 'x'), plainRows(trial, 'y')]
      return plainTransport(x, y) - (plainTransport(x, x) + plainTransport(y, y)) / 2
    }),
  ],
})

export const biasedSinkhornLaws = declareLaws((x, y) => sinkhorn(x, y, { ...options, debiased: false }), {
  name: 'sinkhorn, not debiased',
  takes: batches,
  sizes,
  laws: [
    nonNegative,
    ...common,
    formula('Σ P C + ε Σ P ln(N M P), by scaling of the kernel', (trial) =>
      plainTransport(plainRows(trial, 'x'), plainRows(trial, 'y')),
    ),
  ],
})

const cost = between(0, 4)('cost', ['N', 'M'])

export const transportPlanLaws = declareLaws((of) => transportPlan(of, options), {
  name: 'transportPlan',
  takes: [cost],
  sizes,
  laws: [
    nonNegative,
    outputShape('[N,M]', ({ N = 0, M = 0 }) => [N, M]),
    equivariantToOrder('N', 0),
    equivariantToOrder('M', 1),
    { ...shiftInvariant('cost', 0), name: 'shift-invariant in the columns of cost' },
    { ...shiftInvariant('cost', 1), name: 'shift-invariant in the rows of cost' },
    finite,
    finiteGradients,
    gradientIsSlope,
    closeInFloat32(),
    formula('the kernel scaled until rows and columns have their masses', (trial) => {
      const plan = plainPlan(plainRows(trial, 'cost')).flat()
      return realTensor(trial.values['cost']?.shape ?? [], (flat) => plan[flat] ?? Number.NaN)
    }),
  ],
})

/** The masses of a plan along an axis. */
const massesAlong = (axis: 0 | 1) =>
  declareLaws((of) => sum(transportPlan(of, options), axis), {
    name: `transportPlan, summed over axis ${axis}`,
    takes: [cost],
    sizes,
    laws: [
      formula('an equal mass at every position', ({ sizes: { N = 1, M = 1 } }) => {
        const count = axis === 0 ? M : N
        return realTensor([count], () => 1 / count)
      }),
    ],
  })

export const columnMassLaws = massesAlong(0)
export const rowMassLaws = massesAlong(1)
