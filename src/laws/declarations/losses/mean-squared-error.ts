/** The laws of mean squared error. */
import { meanSquaredError } from '../../../losses/index.js'
import { reals } from '../../argument.js'
import { meanOfSingletons } from '../../catalogue/batch.js'
import { nonNegative } from '../../catalogue/bounds.js'
import { convexIn } from '../../catalogue/convexity.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, symmetric } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { plainFilled, listOf, plainMeanSquaredError } from '../plain-numbers.js'

export const meanSquaredErrorLaws = declareLaws(meanSquaredError<['B', 'D']>, {
  name: 'meanSquaredError',
  takes: [reals('prediction', ['B', 'D']), reals('target', ['B', 'D'])],
  laws: [
    nonNegative,
    zeroAtOptimum('where prediction and target are equal', ['prediction', 'target'], ({ values }) => ({
      prediction: values['target'],
    })),
    knownValue({
      words: '9 where the two are 3 apart everywhere',
      of: ['prediction', 'target'],
      values: (trial) => ({
        target: plainFilled(trial, 'target', () => 1),
        prediction: plainFilled(trial, 'prediction', () => 4),
      }),
      is: () => 9,
    }),
    invariantToBatchOrder('B'),
    meanOfSingletons('B'),
    meanOfSingletons('D'),
    symmetric('prediction', 'target'),
    convexIn('prediction'),
    convexIn('target'),
    ...finiteAndSmooth,
    formula('mean of the squared differences', (trial) =>
      plainMeanSquaredError(listOf(trial, 'prediction'), listOf(trial, 'target')),
    ),
  ],
})
