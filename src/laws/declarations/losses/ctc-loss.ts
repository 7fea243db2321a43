/** The laws of connectionist temporal classification. */
import { ctcLoss, ctcLossOfRows } from '../../../losses/index.js'
import type { Kind, TensorRequest } from '../../arbitraries/kind.js'
import { indexKind } from '../../arbitraries/kinds.js'
import { logits, wholesOfKind } from '../../argument.js'
import { meanOfSingletons, rowsIndependent } from '../../catalogue/batch.js'
import { nonNegative } from '../../catalogue/bounds.js'
import { shiftInvariant, unchanged } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { equivariantToOrder, invariantToBatchOrder } from '../../catalogue/order.js'
import { declareLaws } from '../../declaration.js'
import { mapElements, realTensor, unroundedValue } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import { average, listOf, plainCtcLoss } from '../plain-numbers.js'

/** Whole numbers from `from`, as many as `countOf` says. */
const wholesFrom = (
  from: (wanted: TensorRequest) => number,
  words: string,
  countOf: (wanted: TensorRequest) => number,
): Kind => {
  const zeroBased = indexKind(words, countOf)
  return {
    words,
    draw: (random, wanted) => zeroBased.draw(random, wanted).map((x) => x + from(wanted)),
    repair: (elements, wanted) =>
      zeroBased
        .repair(
          elements.map((x) => x - from(wanted)),
          wanted,
        )
        .map((x) => x + from(wanted)),
  }
}

const sizeOf = ({ sizes }: Pick<Trial, 'sizes'>, symbol: string): number => sizes[symbol] ?? 0

const noBlank = wholesFrom(
  () => 1,
  'labels of the classes after 0',
  (wanted) => sizeOf(wanted, 'K') - 1,
)
const countOfLabels = wholesFrom(
  () => 0,
  'counts up to the number of labels',
  (wanted) => sizeOf(wanted, 'L') + 1,
)
/** So many steps that all labels fit, even if all are equal. */
const enoughSteps = wholesFrom(
  (wanted) => 2 * sizeOf(wanted, 'L') - 1,
  'enough steps for twice as many labels',
  (wanted) => sizeOf(wanted, 'T') - 2 * sizeOf(wanted, 'L') + 2,
)

const takes = [
  logits('logits', ['B', 'T', 'K']),
  wholesOfKind(noBlank)('labels', ['B', 'L']),
  wholesOfKind(enoughSteps)('logitLengths', ['B']),
  wholesOfKind(countOfLabels)('labelLengths', ['B']),
] as const

/** Row, step or label, and class of an element of the logits. */
const placeIn = (trial: Trial, flat: number) => {
  const [steps, classes] = [sizeOf(trial, 'T'), sizeOf(trial, 'K')]
  return {
    row: Math.floor(flat / (steps * classes)),
    step: Math.floor(flat / classes) % steps,
    ofClass: flat % classes,
  }
}

const labelAt = (trial: Trial, row: number, place: number): number | undefined =>
  listOf(trial, 'labels')[row * sizeOf(trial, 'L') + place]

/** The class at a step where labels and blanks take turns, and blanks follow the last label. */
const spelledAt = (trial: Trial, row: number, step: number): number => {
  const isLabel = step % 2 === 0 && step / 2 < (listOf(trial, 'labelLengths')[row] ?? 0)
  return isLabel ? (labelAt(trial, row, step / 2) ?? 0) : 0
}

const rowsOf = (trial: Trial): readonly number[] =>
  Array.from({ length: sizeOf(trial, 'B') }, (_, row) => row)

/** -ln of the probability of each row's labels. */
const plainLosses = (trial: Trial): readonly number[] => {
  const [all, classes, steps] = [listOf(trial, 'logits'), sizeOf(trial, 'K'), sizeOf(trial, 'T')]
  return rowsOf(trial).map((row) => {
    const scores = Array.from({ length: listOf(trial, 'logitLengths')[row] ?? 0 }, (_, step) => {
      const start = (row * steps + step) * classes
      return all.slice(start, start + classes)
    })
    const count = listOf(trial, 'labelLengths')[row] ?? 0
    return plainCtcLoss(
      scores,
      Array.from({ length: count }, (_, place) => labelAt(trial, row, place) ?? 0),
    )
  })
}

const plainLoss = (trial: Trial): number => {
  const counts = listOf(trial, 'labelLengths')
  return average(plainLosses(trial).map((loss, row) => loss / Math.max(counts[row] ?? 1, 1)))
}

const sizes = { B: [1, 3], T: [4, 5], K: [2, 3], L: [1, 2] } as const

export const ctcLossLaws = declareLaws(
  (scores, labels, logitLengths, labelLengths) => ctcLoss(scores, labels, { logitLengths, labelLengths }),
  {
    name: 'ctcLoss',
    takes,
    sizes,
    laws: [
      nonNegative,
      zeroAtOptimum('where the logits spell the labels, blanks between them', ['logits'], (trial) => ({
        logits: realTensor(trial.values['logits']?.shape ?? [], (flat) => {
          const { row, step, ofClass } = placeIn(trial, flat)
          return spelledAt(trial, row, step) === ofClass ? 1e4 : 0
        }),
      })),
      knownValue({
        words: 'T ln K - ln(T (T + 1) / 2) at equal logits and one label',
        of: ['logits', 'logitLengths', 'labelLengths'],
        values: (trial) => ({
          logits: realTensor(trial.values['logits']?.shape ?? [], () => 1),
          logitLengths: unroundedValue(
            'i32',
            [sizeOf(trial, 'B')],
            rowsOf(trial).map(() => sizeOf(trial, 'T')),
          ),
          labelLengths: unroundedValue(
            'i32',
            [sizeOf(trial, 'B')],
            rowsOf(trial).map(() => 1),
          ),
        }),
        is: ({ sizes: { T = 1, K = 1 } }) => T * Math.log(K) - Math.log((T * (T + 1)) / 2),
      }),
      unchanged({
        words: 'with other logits after the last step of each row',
        of: ['logits', 'logitLengths'],
        values: (trial) => {
          const { logits: scores } = trial.values
          if (scores === undefined) return {}
          const changed = mapElements(scores, (x, flat) => {
            const { row, step } = placeIn(trial, flat)
            return step < (listOf(trial, 'logitLengths')[row] ?? 0) ? x : 3 - x
          })
          return { logits: changed }
        },
      }),
      unchanged({
        words: 'with other labels after the last one of each row',
        of: ['labels', 'labelLengths'],
        values: (trial) => {
          const { labels } = trial.values
          if (labels === undefined) return {}
          const length = sizeOf(trial, 'L')
          const changed = mapElements(labels, (x, flat) =>
            flat % length < (listOf(trial, 'labelLengths')[Math.floor(flat / length)] ?? 0)
              ? x
              : (x % (sizeOf(trial, 'K') - 1)) + 1,
          )
          return { labels: changed }
        },
      }),
      invariantToBatchOrder('B'),
      shiftInvariant('logits'),
      meanOfSingletons('B'),
      ...finiteAndSmooth,
      formula('-ln of the sum over all spellings of their probabilities', plainLoss),
    ],
  },
)

export const ctcLossOfRowsLaws = declareLaws(
  (scores, labels, logitLengths, labelLengths) =>
    ctcLossOfRows(scores, labels, { logitLengths, labelLengths }),
  {
    name: 'ctcLossOfRows',
    takes,
    sizes,
    laws: [
      nonNegative,
      equivariantToOrder('B', 0),
      rowsIndependent('B', 0),
      shiftInvariant('logits'),
      ...finiteAndSmooth,
      formula('-ln of the sum over all spellings of their probabilities', (trial) => {
        const losses = plainLosses(trial)
        return realTensor([losses.length], (row) => losses[row] ?? Number.NaN)
      }),
    ],
  },
)
