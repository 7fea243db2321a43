/** The laws of the Huber loss. */
import { huberLoss } from '../../../losses/index.js'
import { reals } from '../../argument.js'
import { meanOfSingletons } from '../../catalogue/batch.js'
import { nonNegative } from '../../catalogue/bounds.js'
import { convexIn, lipschitzIn } from '../../catalogue/convexity.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, symmetric } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, listOf, plainFilled } from '../plain-numbers.js'

const delta = 1.5

const ofError = (error: number): number =>
  Math.abs(error) <= delta ? error ** 2 / 2 : delta * (Math.abs(error) - delta / 2)

export const huberLossLaws = declareLaws(
  (prediction, target) => huberLoss<['B', 'D']>(prediction, target, { delta }),
  {
    name: 'huberLoss',
    takes: [reals('prediction', ['B', 'D']), reals('target', ['B', 'D'])],
    laws: [
      nonNegative,
      zeroAtOptimum('where prediction and target are equal', ['prediction', 'target'], ({ values }) => ({
        prediction: values['target'],
      })),
      knownValue({
        words: '1/2 where the two are 1 apart everywhere',
        of: ['prediction', 'target'],
        values: (trial) => ({
          target: plainFilled(trial, 'target', () => 1),
          prediction: plainFilled(trial, 'prediction', () => 2),
        }),
        is: () => 0.5,
      }),
      knownValue({
        words: 'delta (4 - delta / 2) where the two are 4 apart everywhere',
        of: ['prediction', 'target'],
        values: (trial) => ({
          target: plainFilled(trial, 'target', () => 1),
          prediction: plainFilled(trial, 'prediction', () => -3),
        }),
        is: () => delta * (4 - delta / 2),
      }),
      invariantToBatchOrder('B'),
      invariantToBatchOrder('D'),
      meanOfSingletons('B'),
      meanOfSingletons('D'),
      symmetric('prediction', 'target'),
      convexIn('prediction'),
      convexIn('target'),
      lipschitzIn('prediction', delta),
      ...finiteAndSmooth,
      formula('mean of e² / 2 where |e| is at most delta, else of delta (|e| - delta / 2)', (trial) => {
        const targets = listOf(trial, 'target')
        return average(
          listOf(trial, 'prediction').map((prediction, i) =>
            ofError(prediction - (targets[i] ?? Number.NaN)),
          ),
        )
      }),
    ],
  },
)
