/** The laws of cross entropy. */
import { crossEntropy } from '../../../losses/index.js'
import { labels, logits } from '../../argument.js'
import { invariantToBatchOrder, invariantToRelabelling } from '../../catalogue/order.js'
import { maskedClassIsAbsent, meanOfSingletons } from '../../catalogue/batch.js'
import { nonNegative } from '../../catalogue/bounds.js'
import { convexIn } from '../../catalogue/convexity.js'
import { shiftInvariant } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { declareLaws } from '../../declaration.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, plainFilled, listOf, plainCrossEntropy, plainRows, plainSum } from '../plain-numbers.js'

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

const labelSmoothing = 0.2

/** The surprise of each class of a row, -ln softmax. */
const surprises = (row: readonly number[]): readonly number[] =>
  row.map((_, k) => plainCrossEntropy([row], [k]))

/** The target of a class: most of it at the label, the rest at all classes alike. */
const smoothedTarget = (classes: number, isLabel: boolean): number =>
  (isLabel ? 1 - labelSmoothing : 0) + labelSmoothing / classes

export const smoothedCrossEntropyLaws = declareLaws(
  (scores, classes) => crossEntropy(scores, classes, { labelSmoothing }),
  {
    name: 'crossEntropy, smoothed',
    takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
    laws: [
      nonNegative,
      knownValue({
        words: 'ln K at equal logits',
        of: ['logits'],
        values: (trial) => ({ logits: plainFilled(trial, 'logits', () => 1) }),
        is: ({ sizes }) => Math.log(sizes['K'] ?? 1),
      }),
      knownValue({
        words: 'the entropy of the smoothed target, where the prediction is that target',
        of: ['logits', 'labels'],
        values: (trial) => ({
          logits: plainFilled(trial, 'logits', (row, column) =>
            Math.log(smoothedTarget(trial.sizes['K'] ?? 1, listOf(trial, 'labels')[row] === column)),
          ),
        }),
        is: ({ sizes: { K = 1 } }) => {
          const [own, other] = [smoothedTarget(K, true), smoothedTarget(K, false)]
          return -own * Math.log(own) - (K - 1) * other * Math.log(other)
        },
      }),
      invariantToBatchOrder('B'),
      invariantToRelabelling('K'),
      shiftInvariant('logits'),
      meanOfSingletons('B'),
      convexIn('logits'),
      ...finiteAndSmooth,
      formula('mean of -Σ t ln softmax(logits), t being the smoothed target', (trial) =>
        average(
          plainRows(trial, 'logits').map((row, i) =>
            plainSum(
              surprises(row).map(
                (surprise, k) => smoothedTarget(row.length, listOf(trial, 'labels')[i] === k) * surprise,
              ),
            ),
          ),
        ),
      ),
    ],
  },
)
