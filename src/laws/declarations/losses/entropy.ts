/** The laws of entropies, and of mutual information. */
import { entropy, entropyOfRows, mutualInformation } from '../../../losses/index.js'
import { logits, maskedLogits } from '../../argument.js'
import { maskedClassIsAbsent, meanOfSingletons, rowsIndependent } from '../../catalogue/batch.js'
import { bounded, nonNegative } from '../../catalogue/bounds.js'
import { shiftInvariant } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { equivariantToOrder, invariantToBatchOrder, invariantToRelabelling } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { realTensor } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { average, plainFilled, plainEntropies, plainMutualInformation, plainRows } from '../plain-numbers.js'

const lnClasses = ({ sizes }: Pick<Trial, 'sizes'>): number => Math.log(sizes['K'] ?? 1)

/** Row i is certain of class i, counted around. */
const certain = (trial: Trial) => ({
  logits: plainFilled(trial, 'logits', (row, column) => (column === row % (trial.sizes['K'] ?? 1) ? 1e4 : 0)),
})

/** What anything keeps that measures the uncertainty of softmax(logits), of rows or of their mean. */
const ofUncertainty = [
  nonNegative,
  bounded('at most ln K', (sizes) => lnClasses({ sizes })),
  invariantToRelabelling('K'),
  shiftInvariant('logits'),
  maskedClassIsAbsent('K', 'logits'),
  ...finiteAndSmooth,
] as const

/** What entropies keep. */
const ofEntropy = [
  ...ofUncertainty,
  zeroAtOptimum('where one class is certain', ['logits'], certain),
  knownValue({
    words: 'ln K at equal logits',
    of: ['logits'],
    values: (trial) => ({ logits: plainFilled(trial, 'logits', () => 1) }),
    is: lnClasses,
  }),
] as const

export const entropyLaws = declareLaws(entropy, {
  name: 'entropy',
  takes: [maskedLogits('logits', ['B', 'K'])],
  laws: [
    ...ofEntropy,
    invariantToBatchOrder('B'),
    meanOfSingletons('B'),
    formula('mean of -Σ p ln p', (trial) => average(plainEntropies(plainRows(trial, 'logits')))),
  ],
})

export const entropyOfRowsLaws = declareLaws(entropyOfRows, {
  name: 'entropyOfRows',
  takes: [maskedLogits('logits', ['B', 'K'])],
  laws: [
    ...ofEntropy,
    equivariantToOrder('B', 0),
    rowsIndependent('B', 0),
    formula('-Σ p ln p of each row', (trial) => {
      const entropies = plainEntropies(plainRows(trial, 'logits'))
      return realTensor([entropies.length], (row) => entropies[row] ?? Number.NaN)
    }),
  ],
})

export const mutualInformationLaws = declareLaws(mutualInformation, {
  name: 'mutualInformation',
  takes: [logits('logits', ['B', 'K'])],
  laws: [
    ...ofUncertainty,
    bounded('at most ln B', ({ B }) => Math.log(B ?? 1)),
    zeroAtOptimum('where all rows are equal', ['logits'], (trial) => ({
      logits: plainFilled(trial, 'logits', (_, column) => plainRows(trial, 'logits')[0]?.[column] ?? 0),
    })),
    knownValue({
      words: 'the entropy of how often each class is used, where rows are certain',
      of: ['logits'],
      values: certain,
      is: ({ sizes: { B = 1, K = 1 } }) => {
        const uses = Array.from({ length: K }, (_, k) => Math.floor((B - 1 - k) / K + 1) / B)
        return -uses.reduce((sum, p) => (p > 0 ? sum + p * Math.log(p) : sum), 0)
      },
    }),
    invariantToBatchOrder('B'),
    formula('entropy of the mean prediction minus mean entropy', (trial) =>
      plainMutualInformation(plainRows(trial, 'logits')),
    ),
  ],
})
