/** The laws of the focal losses. */
import { binaryFocalLoss, focalLoss } from '../../../losses/index.js'
import { between, labels, logits } from '../../argument.js'
import { maskedClassIsAbsent, meanOfSingletons } from '../../catalogue/batch.js'
import { nonNegative } from '../../catalogue/bounds.js'
import { shiftInvariant, unchanged } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, invariantToRelabelling } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { mapElements } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, listOf, plainCrossEntropy, plainFilled, plainRows } from '../plain-numbers.js'

/** (1 - p)^gamma times -ln p, from -ln p. */
const focused = (surprise: number, gamma: number): number => (1 - Math.exp(-surprise)) ** gamma * surprise

const ofClasses = (gamma: number) =>
  [
    nonNegative,
    zeroAtOptimum("where the label's logit is 1e4 above the others", ['logits'], (trial: Trial) => ({
      logits: plainFilled(trial, 'logits', (row, column) =>
        listOf(trial, 'labels')[row] === column ? 1e4 : 0,
      ),
    })),
    knownValue({
      words: '(1 - 1/K)^gamma ln K at equal logits',
      of: ['logits'],
      values: (trial) => ({ logits: plainFilled(trial, 'logits', () => 1) }),
      is: ({ sizes }) => focused(Math.log(sizes['K'] ?? 1), gamma),
    }),
    invariantToBatchOrder('B'),
    invariantToRelabelling('K'),
    shiftInvariant('logits'),
    meanOfSingletons('B'),
    maskedClassIsAbsent('K', 'logits'),
    ...finiteAndSmooth,
    formula('mean of -(1 - p)^gamma ln p, p = softmax(logits)[label]', (trial) =>
      average(
        plainRows(trial, 'logits').map((row, i) =>
          focused(plainCrossEntropy([row], listOf(trial, 'labels').slice(i, i + 1)), gamma),
        ),
      ),
    ),
  ] as const

const takes = [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')] as const

export const focalLossLaws = declareLaws((scores, classes) => focalLoss(scores, classes), {
  name: 'focalLoss',
  takes,
  laws: ofClasses(2),
})

/** With a power below 1, whose own slope at 0 is infinite. */
export const focalLossOfSmallGammaLaws = declareLaws(
  (scores, classes) => focalLoss(scores, classes, { gamma: 0.5 }),
  { name: 'focalLoss, gamma 1/2', takes, laws: ofClasses(0.5) },
)

const alpha = 0.3

/** The loss of one element, with targets between 0 and 1. */
const ofElement = (logit: number, target: number, weight: number): number => {
  const ofOne = plainCrossEntropy([[0, logit]], [1])
  const ofZero = plainCrossEntropy([[0, logit]], [0])
  const missed = target * -Math.expm1(-ofOne) + (1 - target) * -Math.expm1(-ofZero)
  return weight * missed ** 2 * (target * ofOne + (1 - target) * ofZero)
}

const meanOfElements = (trial: Trial, weightOf: (target: number) => number): number => {
  const targets = listOf(trial, 'targets')
  return average(
    listOf(trial, 'logits').map((logit, i) =>
      ofElement(logit, targets[i] ?? Number.NaN, weightOf(targets[i] ?? Number.NaN)),
    ),
  )
}

/** Targets of 0 and 1 in turn. */
const inTurn = (trial: Trial) => plainFilled(trial, 'targets', (row, column) => (row + column) % 2)

const binary = [
  nonNegative,
  zeroAtOptimum('where logits of ±1e4 agree with the targets', ['logits', 'targets'], (trial: Trial) => ({
    targets: inTurn(trial),
    logits: mapElements(inTurn(trial), (target) => 1e4 * (2 * target - 1)),
  })),
  invariantToBatchOrder('B'),
  invariantToBatchOrder('D'),
  meanOfSingletons('B'),
  meanOfSingletons('D'),
  ...finiteAndSmooth,
] as const

const binaryArguments = [logits('logits', ['B', 'D']), between(0, 1)('targets', ['B', 'D'])] as const

export const binaryFocalLossLaws = declareLaws((scores, targets) => binaryFocalLoss(scores, targets), {
  name: 'binaryFocalLoss',
  takes: binaryArguments,
  laws: [
    ...binary,
    unchanged({
      words: 'with the signs of the logits and the two targets exchanged',
      of: ['logits', 'targets'],
      values: ({ values }) => ({
        logits: values['logits'] && mapElements(values['logits'], (logit) => -logit),
        targets: values['targets'] && mapElements(values['targets'], (target) => 1 - target),
      }),
    }),
    formula('mean of -(1 - p)² ln p', (trial) => meanOfElements(trial, () => 1)),
  ],
})

export const weightedBinaryFocalLossLaws = declareLaws(
  (scores, targets) => binaryFocalLoss(scores, targets, { alpha }),
  {
    name: 'binaryFocalLoss, alpha',
    takes: binaryArguments,
    laws: [
      ...binary,
      knownValue({
        words: 'alpha ln 2 / 4 where the logits are 0 and the targets 1',
        of: ['logits', 'targets'],
        values: (trial) => ({
          logits: plainFilled(trial, 'logits', () => 0),
          targets: plainFilled(trial, 'targets', () => 1),
        }),
        is: () => (alpha * Math.LN2) / 4,
      }),
      formula('mean of -α (1 - p)² ln p, α being alpha for a target of 1, 1 - alpha for one of 0', (trial) =>
        meanOfElements(trial, (target) => alpha * target + (1 - alpha) * (1 - target)),
      ),
    ],
  },
)
