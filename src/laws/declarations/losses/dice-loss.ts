/** The laws of the Dice loss. */
import { diceLoss } from '../../../losses/index.js'
import { between } from '../../argument.js'
import { meanOfSingletons } from '../../catalogue/batch.js'
import { bounded, nonNegative } from '../../catalogue/bounds.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, symmetric } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import type { Trial } from '../../trial.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, plainFilled, plainRows, plainSum } from '../plain-numbers.js'

const smooth = 0.5

const common = (power: 1 | 2) =>
  [
    nonNegative,
    bounded('at most 1', () => 1),
    knownValue({
      words: '1 - smooth / (D + smooth) where the prediction is 1 and the target 0 everywhere',
      of: ['probabilities', 'targets'],
      values: (trial: Trial) => ({
        probabilities: plainFilled(trial, 'probabilities', () => 1),
        targets: plainFilled(trial, 'targets', () => 0),
      }),
      is: ({ sizes: { D = 1 } }) => 1 - smooth / (D + smooth),
    }),
    invariantToBatchOrder('B'),
    invariantToBatchOrder('D'),
    meanOfSingletons('B'),
    symmetric('probabilities', 'targets'),
    ...finiteAndSmooth,
    formula('mean of 1 - (2 Σ p t + smooth) / (Σ p^n + Σ t^n + smooth)', (trial: Trial) => {
      const targets = plainRows(trial, 'targets')
      return average(
        plainRows(trial, 'probabilities').map((row, i) => {
          const target = targets[i] ?? []
          const sizeOf = (numbers: readonly number[]): number => plainSum(numbers.map((x) => x ** power))
          const overlap = plainSum(row.map((p, j) => p * (target[j] ?? Number.NaN)))
          return 1 - (2 * overlap + smooth) / (sizeOf(row) + sizeOf(target) + smooth)
        }),
      )
    }),
  ] as const

const takes = [between(0, 1)('probabilities', ['B', 'D']), between(0, 1)('targets', ['B', 'D'])] as const

/** Foreground and background in turn. */
const inTurn = (trial: Trial, name: string) => plainFilled(trial, name, (row, column) => (row + column) % 2)

export const diceLossLaws = declareLaws(
  (probabilities, targets) => diceLoss(probabilities, targets, { smooth }),
  {
    name: 'diceLoss',
    takes,
    laws: [
      ...common(1),
      zeroAtOptimum('where both are the same, of 0 and 1', ['probabilities', 'targets'], (trial) => ({
        probabilities: inTurn(trial, 'probabilities'),
        targets: inTurn(trial, 'targets'),
      })),
    ],
  },
)

export const squaredDiceLossLaws = declareLaws(
  (probabilities, targets) => diceLoss(probabilities, targets, { smooth, squared: true }),
  {
    name: 'diceLoss, squared',
    takes,
    laws: [
      ...common(2),
      zeroAtOptimum(
        'where both are the same, of any probabilities',
        ['probabilities', 'targets'],
        ({ values }) => ({
          probabilities: values['targets'],
        }),
      ),
    ],
  },
)
