/** The laws of weighted cross entropy. */
import { weightedCrossEntropy } from '../../../losses/index.js'
import { between, labels, logits } from '../../argument.js'
import { meanOfSingletons } from '../../catalogue/batch.js'
import { nonNegative } from '../../catalogue/bounds.js'
import { affineIn, convexIn } from '../../catalogue/convexity.js'
import { shiftInvariant } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, invariantToRelabelling } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, plainFilled, listOf, plainCrossEntropy, plainRows } from '../plain-numbers.js'

export const weightedCrossEntropyLaws = declareLaws(weightedCrossEntropy, {
  name: 'weightedCrossEntropy',
  takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K'), between(0, 1)('weights', ['B'])],
  laws: [
    nonNegative,
    zeroAtOptimum('where nothing has a weight', ['weights'], (trial) => ({
      weights: plainFilled(trial, 'weights', () => 0),
    })),
    knownValue({
      words: 'ln K at equal logits and weights of 1',
      of: ['logits', 'weights'],
      values: (trial) => ({
        logits: plainFilled(trial, 'logits', () => 1),
        weights: plainFilled(trial, 'weights', () => 1),
      }),
      is: ({ sizes }) => Math.log(sizes['K'] ?? 1),
    }),
    invariantToBatchOrder('B'),
    invariantToRelabelling('K'),
    shiftInvariant('logits'),
    meanOfSingletons('B'),
    convexIn('logits'),
    affineIn('weights'),
    ...finiteAndSmooth,
    formula('mean of -w ln softmax(logits)[label]', (trial) => {
      const [rows, classes, weights] = [
        plainRows(trial, 'logits'),
        listOf(trial, 'labels'),
        listOf(trial, 'weights'),
      ]
      return average(
        rows.map((row, i) => (weights[i] ?? 0) * plainCrossEntropy([row], classes.slice(i, i + 1))),
      )
    }),
  ],
})
