/** The laws of the hinge losses. */
import { hingeLoss, multiMarginLoss } from '../../../losses/index.js'
import { between, labels, logits, reals } from '../../argument.js'
import { meanOfSingletons } from '../../catalogue/batch.js'
import { nonNegative } from '../../catalogue/bounds.js'
import { convexIn } from '../../catalogue/convexity.js'
import { shiftInvariant, unchanged } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, invariantToRelabelling, symmetric } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { mapElements } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, listOf, plainFilled, plainRows, plainSum } from '../plain-numbers.js'

const margin = 0.75

/** Targets of -1 and 1 in turn. */
const inTurn = (trial: Trial) => plainFilled(trial, 'targets', (row, column) => 1 - 2 * ((row + column) % 2))

export const hingeLossLaws = declareLaws(
  (scores, targets) => hingeLoss<['B', 'D']>(scores, targets, { margin }),
  {
    name: 'hingeLoss',
    takes: [reals('scores', ['B', 'D']), between(-1, 1)('targets', ['B', 'D'])],
    laws: [
      nonNegative,
      zeroAtOptimum('where scores of ±1e4 agree with the targets', ['scores', 'targets'], (trial) => ({
        targets: inTurn(trial),
        scores: mapElements(inTurn(trial), (target) => 1e4 * target),
      })),
      knownValue({
        words: 'the margin where the scores are 0',
        of: ['scores'],
        values: (trial) => ({ scores: plainFilled(trial, 'scores', () => 0) }),
        is: () => margin,
      }),
      knownValue({
        words: 'the margin and 1 where scores of 1 disagree with the targets',
        of: ['scores', 'targets'],
        values: (trial) => ({
          targets: inTurn(trial),
          scores: mapElements(inTurn(trial), (target) => -target),
        }),
        is: () => margin + 1,
      }),
      unchanged({
        words: 'with the signs of scores and targets changed',
        of: ['scores', 'targets'],
        values: ({ values }) => ({
          scores: values['scores'] && mapElements(values['scores'], (score) => -score),
          targets: values['targets'] && mapElements(values['targets'], (target) => -target),
        }),
      }),
      symmetric('scores', 'targets'),
      invariantToBatchOrder('B'),
      invariantToBatchOrder('D'),
      meanOfSingletons('B'),
      meanOfSingletons('D'),
      convexIn('scores'),
      ...finiteAndSmooth,
      formula('mean of max(0, margin - target · score)', (trial) => {
        const targets = listOf(trial, 'targets')
        return average(
          listOf(trial, 'scores').map((score, i) => Math.max(0, margin - (targets[i] ?? Number.NaN) * score)),
        )
      }),
    ],
  },
)

const ofPower = (power: 1 | 2) =>
  [
    nonNegative,
    zeroAtOptimum("where the label's score is 1e4 above the others", ['scores'], (trial: Trial) => ({
      scores: plainFilled(trial, 'scores', (row, column) =>
        listOf(trial, 'labels')[row] === column ? 1e4 : 0,
      ),
    })),
    knownValue({
      words: 'margin^power (K - 1) / K at equal scores',
      of: ['scores'],
      values: (trial) => ({ scores: plainFilled(trial, 'scores', () => 2) }),
      is: ({ sizes: { K = 1 } }) => (margin ** power * (K - 1)) / K,
    }),
    invariantToBatchOrder('B'),
    invariantToRelabelling('K'),
    shiftInvariant('scores'),
    meanOfSingletons('B'),
    convexIn('scores'),
    ...finiteAndSmooth,
    formula(
      'mean of Σ max(0, margin + score - score of the label)^power / K over the other classes',
      (trial) =>
        average(
          plainRows(trial, 'scores').map((row, i) => {
            const label = listOf(trial, 'labels')[i] ?? Number.NaN
            const others = row.filter((_, k) => k !== label)
            const shortfalls = others.map((score) => Math.max(0, margin + score - (row[label] ?? Number.NaN)))
            return plainSum(shortfalls.map((shortfall) => shortfall ** power)) / row.length
          }),
        ),
    ),
  ] as const

const takes = [logits('scores', ['B', 'K']), labels('labels', ['B'], 'K')] as const

export const multiMarginLossLaws = declareLaws(
  (scores, classes) => multiMarginLoss(scores, classes, { margin }),
  { name: 'multiMarginLoss', takes, laws: ofPower(1) },
)

export const squaredMultiMarginLossLaws = declareLaws(
  (scores, classes) => multiMarginLoss(scores, classes, { margin, power: 2 }),
  { name: 'multiMarginLoss, power 2', takes, laws: ofPower(2) },
)
