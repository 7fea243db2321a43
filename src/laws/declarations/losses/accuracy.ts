/** The laws of accuracy. */
import { accuracy } from '../../../losses/index.js'
import { labels, logits } from '../../argument.js'
import { meanOfSingletons } from '../../catalogue/batch.js'
import { bounded, finite, finiteGradients, nonNegative } from '../../catalogue/bounds.js'
import { shiftInvariant } from '../../catalogue/invariance.js'
import { formula, knownValue } from '../../catalogue/known-values.js'
import { invariantToBatchOrder } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { average, listOf, plainFilled, plainRows } from '../plain-numbers.js'
import { largest } from '../../../values/extremes.js'

export const accuracyLaws = declareLaws(accuracy, {
  name: 'accuracy',
  takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
  laws: [
    nonNegative,
    bounded('at most 1', () => 1),
    knownValue({
      words: "1 where the label's logit is the largest",
      of: ['logits'],
      values: (trial) => ({
        logits: plainFilled(trial, 'logits', (row, column) =>
          Number(listOf(trial, 'labels')[row] === column),
        ),
      }),
      is: () => 1,
    }),
    knownValue({
      words: "0 where the label's logit is the smallest of several",
      of: ['logits'],
      values: (trial) => ({
        logits: plainFilled(trial, 'logits', (row, column) =>
          Number(listOf(trial, 'labels')[row] !== column),
        ),
      }),
      is: ({ sizes }) => Number(sizes['K'] === 1),
    }),
    invariantToBatchOrder('B'),
    shiftInvariant('logits'),
    meanOfSingletons('B'),
    finite,
    finiteGradients,
    formula('the share of rows whose first largest logit is that of the label', (trial) =>
      average(
        plainRows(trial, 'logits').map((row, i) =>
          Number(row.indexOf(largest(row)) === listOf(trial, 'labels')[i]),
        ),
      ),
    ),
  ],
})
