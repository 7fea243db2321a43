/** The laws of the contrastive losses. */
import { clipContrastive, supervisedContrastive } from '../../../losses/index.js'
import { between, directions, labels } from '../../argument.js'
import { finite, finiteGradients, nonNegative } from '../../catalogue/bounds.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { scaleInvariant } from '../../catalogue/invariance.js'
import { knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, invariantToRelabelling, symmetric } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { mapElements, realTensor, unroundedValue } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { average, plainFilled, listOf } from '../plain-numbers.js'

const scaleOf = ({ values }: Trial): number => values['scale']?.data[0] ?? Number.NaN

// Gradients by short rows are small differences of terms as large as scale / length: float32 is claimed of outputs only.

/** Row i is the i-th unit vector. */
const orthonormal = (trial: Trial) => ({
  images: plainFilled(trial, 'images', (row, column) => Number(row === column)),
  texts: plainFilled(trial, 'texts', (row, column) => Number(row === column)),
})

/** The embedding is at least as wide as the batch is long, so that all rows can be orthogonal. */
const wideEnough = { B: [1, 4], E: [4, 6] } as const

export const clipContrastiveLaws = declareLaws(clipContrastive, {
  name: 'clipContrastive',
  takes: [directions('images', ['B', 'E']), directions('texts', ['B', 'E']), between(0.5, 100)('scale', [])],
  sizes: wideEnough,
  laws: [
    nonNegative,
    zeroAtOptimum(
      'where pairs are orthogonal to each other and the scale is 1e4',
      ['images', 'texts', 'scale'],
      (trial) => ({
        ...orthonormal(trial),
        scale: realTensor([], () => 1e4),
      }),
    ),
    knownValue({
      words: 'ln(1 + (B - 1) e^-scale) where pairs are orthogonal to each other',
      of: ['images', 'texts', 'scale'],
      values: orthonormal,
      is: (trial) => Math.log1p(((trial.sizes['B'] ?? 1) - 1) * Math.exp(-scaleOf(trial))),
    }),
    knownValue({
      words: 'ln B where all rows are equal',
      of: ['images', 'texts'],
      values: (trial) => ({
        images: plainFilled(trial, 'images', (_, column) => column + 1),
        texts: plainFilled(trial, 'texts', (_, column) => column + 1),
      }),
      is: ({ sizes }) => Math.log(sizes['B'] ?? 1),
    }),
    invariantToBatchOrder('B'),
    symmetric('images', 'texts'),
    scaleInvariant('images'),
    scaleInvariant('texts'),
    finite,
    finiteGradients,
    gradientIsSlope,
    gradientOfGradientIsSlope,
    closeInFloat32(1e-5, 'output'),
  ],
})

const temperature = 0.07

/** The loss of rows that are the unit vectors of their classes, by hand. */
const ofUnitVectors = (classes: readonly number[]): number =>
  average(
    classes.map((own, i) => {
      const others = classes.filter((_, j) => j !== i)
      const alike = others.filter((other) => other === own).length
      return alike === 0 ? 0 : Math.log(alike + (others.length - alike) * Math.exp(-1 / temperature))
    }),
  )

export const supervisedContrastiveLaws = declareLaws(
  (features, classes) => supervisedContrastive(features, classes, { temperature }),
  {
    name: 'supervisedContrastive',
    takes: [directions('features', ['B', 'E']), labels('labels', ['B'], 'C')],
    sizes: { B: [1, 6], E: [3, 5], C: [1, 3] },
    laws: [
      nonNegative,
      zeroAtOptimum('where every row is alone in its class', ['labels'], ({ values }) => ({
        labels: values['labels'] === undefined ? undefined : mapElements(values['labels'], (_, row) => row),
      })),
      zeroAtOptimum(
        'where pairs of a class are equal and others opposite',
        ['features', 'labels'],
        (trial) => ({
          features: plainFilled(trial, 'features', (row, column) => (column === 0 ? (row < 2 ? 1 : -1) : 0)),
          labels: unroundedValue(
            'i32',
            [trial.sizes['B'] ?? 0],
            Array.from({ length: trial.sizes['B'] ?? 0 }, (_, row) => (row < 2 ? 0 : row)),
          ),
        }),
      ),
      knownValue({
        words:
          'ln of the row’s class and e^(-1/temperature) for each other row, where classes are orthogonal',
        of: ['features', 'labels'],
        values: (trial) => ({
          features: plainFilled(trial, 'features', (row, column) =>
            Number(listOf(trial, 'labels')[row] === column),
          ),
        }),
        is: (trial) => ofUnitVectors(listOf(trial, 'labels')),
      }),
      knownValue({
        words: 'ln(B - 1) where all rows are equal and of one class',
        of: ['features', 'labels'],
        values: (trial) => ({
          features: plainFilled(trial, 'features', (_, column) => column + 1),
          labels: unroundedValue(
            'i32',
            [trial.sizes['B'] ?? 0],
            Array.from({ length: trial.sizes['B'] ?? 0 }, () => 0),
          ),
        }),
        is: ({ sizes: { B = 1 } }) => (B < 2 ? 0 : Math.log(B - 1)),
      }),
      invariantToBatchOrder('B'),
      invariantToRelabelling('C'),
      scaleInvariant('features'),
      finite,
      finiteGradients,
      gradientIsSlope,
      gradientOfGradientIsSlope,
      closeInFloat32(1e-5, 'output'),
    ],
  },
)
