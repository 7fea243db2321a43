/** The laws of cross entropy. */
import { crossEntropy } from '../../losses/index.js'
import { labels, logits } from '../argument.js'
import { invariantToBatchOrder, invariantToRelabelling } from '../catalogue/order.js'
import { maskedClassIsAbsent, meanOfSingletons } from '../catalogue/batch.js'
import { nonNegative } from '../catalogue/bounds.js'
import { convexIn } from '../catalogue/convexity.js'
import { shiftInvariant } from '../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../catalogue/known-values.js'
import { declareLaws } from '../declaration.js'
import { finiteAndSmooth } from './finite-and-smooth.js'
import { plainFilled, listOf, plainCrossEntropy, plainRows } from './plain-numbers.js'

export const crossEntropyLaws = declareLaws(crossEntropy, {
  name: 'crossEntropy',
  takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
  laws: [
    nonNegative,
    zeroAtOptimum("where the label's logit is 1e4 above the others", ['logits'], (trial) => ({
      logits: plainFilled(trial, 'logits', (row, column) =>
        listOf(trial, 'labels')[row] === column ? 1e4 : 0,
      ),
    })),
    knownValue({
      words: 'ln K at equal logits',
      of: ['logits'],
      values: (trial) => ({ logits: plainFilled(trial, 'logits', () => 1) }),
      is: ({ sizes }) => Math.log(sizes['K'] ?? 1),
    }),
    invariantToBatchOrder('B'),
    invariantToRelabelling('K'),
    shiftInvariant('logits'),
    meanOfSingletons('B'),
    maskedClassIsAbsent('K', 'logits'),
    convexIn('logits'),
    ...finiteAndSmooth,
    formula('mean of -ln softmax(logits)[label]', (trial) =>
      plainCrossEntropy(plainRows(trial, 'logits'), listOf(trial, 'labels')),
    ),
  ],
})
