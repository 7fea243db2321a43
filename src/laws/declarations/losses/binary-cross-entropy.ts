/** The laws of binary cross entropy. */
import { binaryCrossEntropy } from '../../../losses/index.js'
import { between, logits } from '../../argument.js'
import { meanOfSingletons } from '../../catalogue/batch.js'
import { nonNegative } from '../../catalogue/bounds.js'
import { affineIn, convexIn } from '../../catalogue/convexity.js'
import { unchanged } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { mapElements } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, listOf, plainCrossEntropy, plainFilled } from '../plain-numbers.js'

/** Targets of 0 and 1 in turn. */
const inTurn = (trial: Trial) => plainFilled(trial, 'targets', (row, column) => (row + column) % 2)

export const binaryCrossEntropyLaws = declareLaws(binaryCrossEntropy<['B', 'D']>, {
  name: 'binaryCrossEntropy',
  takes: [logits('logits', ['B', 'D']), between(0, 1)('targets', ['B', 'D'])],
  laws: [
    nonNegative,
    zeroAtOptimum('where logits of ±1e4 agree with the targets', ['logits', 'targets'], (trial) => ({
      targets: inTurn(trial),
      logits: mapElements(inTurn(trial), (target) => 1e4 * (2 * target - 1)),
    })),
    knownValue({
      words: 'ln 2 where the logits are 0',
      of: ['logits'],
      values: (trial) => ({ logits: plainFilled(trial, 'logits', () => 0) }),
      is: () => Math.LN2,
    }),
    unchanged({
      words: 'with the signs of the logits and the two targets exchanged',
      of: ['logits', 'targets'],
      values: ({ values }) => ({
        logits: values['logits'] && mapElements(values['logits'], (logit) => -logit),
        targets: values['targets'] && mapElements(values['targets'], (target) => 1 - target),
      }),
    }),
    invariantToBatchOrder('B'),
    invariantToBatchOrder('D'),
    meanOfSingletons('B'),
    meanOfSingletons('D'),
    convexIn('logits'),
    affineIn('targets'),
    ...finiteAndSmooth,
    formula('mean of -t ln p - (1 - t) ln(1 - p)', (trial) => {
      const targets = listOf(trial, 'targets')
      return average(
        listOf(trial, 'logits').map((logit, i) => {
          const target = targets[i] ?? Number.NaN
          const [ofZero, ofOne] = [plainCrossEntropy([[0, logit]], [0]), plainCrossEntropy([[0, logit]], [1])]
          return target * ofOne + (1 - target) * ofZero
        }),
      )
    }),
  ],
})
