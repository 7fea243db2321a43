/** The laws of InfoNCE. */
import { infoNCE } from '../../../losses/index.js'
import { directions } from '../../argument.js'
import { meanOfSingletons } from '../../catalogue/batch.js'
import { bounded, finite, finiteGradients, nonNegative } from '../../catalogue/bounds.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { scaleInvariant } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import type { Trial } from '../../trial.js'
import { average, plainCrossEntropy, plainFilled, plainRows, plainSum } from '../plain-numbers.js'

const temperature = 0.4

const dot = (a: readonly number[], b: readonly number[]): number =>
  plainSum(a.map((x, i) => x * (b[i] ?? Number.NaN)))

const similarity = (a: readonly number[], b: readonly number[]): number =>
  dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)) / temperature

/** Row i is the i-th unit vector. */
const unitVectors = (trial: Trial, name: string) =>
  plainFilled(trial, name, (row, column) => Number(row === column))
const allEqual = (trial: Trial, name: string) => plainFilled(trial, name, (_, column) => column + 1)

// Gradients by short rows are small differences of terms as large as 1 / length: float32 is claimed of outputs only.
const common = [
  nonNegative,
  invariantToBatchOrder('B'),
  invariantToBatchOrder('E'),
  scaleInvariant('queries'),
  scaleInvariant('keys'),
  finite,
  finiteGradients,
  gradientIsSlope,
  gradientOfGradientIsSlope,
  closeInFloat32(1e-5, 'output'),
] as const

export const infoNCELaws = declareLaws((queries, keys) => infoNCE(queries, keys, { temperature }), {
  name: 'infoNCE',
  takes: [directions('queries', ['B', 'E']), directions('keys', ['B', 'E'])],
  sizes: { B: [1, 4], E: [4, 6] },
  laws: [
    ...common,
    bounded('at most ln B + 2 / temperature', ({ B = 1 }) => Math.log(B) + 2 / temperature),
    knownValue({
      words: 'ln(1 + (B - 1) e^(-1 / temperature)) where pairs are equal and orthogonal to each other',
      of: ['queries', 'keys'],
      values: (trial) => ({ queries: unitVectors(trial, 'queries'), keys: unitVectors(trial, 'keys') }),
      is: ({ sizes: { B = 1 } }) => Math.log1p((B - 1) * Math.exp(-1 / temperature)),
    }),
    knownValue({
      words: 'ln B where all rows are equal',
      of: ['queries', 'keys'],
      values: (trial) => ({ queries: allEqual(trial, 'queries'), keys: allEqual(trial, 'keys') }),
      is: ({ sizes: { B = 1 } }) => Math.log(B),
    }),
    formula('mean of -ln softmax(cosines / temperature) at the own key', (trial) => {
      const keys = plainRows(trial, 'keys')
      return average(
        plainRows(trial, 'queries').map((query, i) =>
          plainCrossEntropy([keys.map((key) => similarity(query, key))], [i]),
        ),
      )
    }),
  ],
})

export const infoNCEWithNegativesLaws = declareLaws(
  (queries, keys, negatives) => infoNCE(queries, keys, { temperature, negatives }),
  {
    name: 'infoNCE, negatives given',
    takes: [
      directions('queries', ['B', 'E']),
      directions('keys', ['B', 'E']),
      directions('negatives', ['M', 'E']),
    ],
    sizes: { B: [1, 3], M: [1, 3], E: [2, 4] },
    laws: [
      ...common,
      bounded('at most ln(1 + M) + 2 / temperature', ({ M = 1 }) => Math.log1p(M) + 2 / temperature),
      invariantToBatchOrder('M'),
      scaleInvariant('negatives'),
      meanOfSingletons('B'),
      knownValue({
        words: 'ln(1 + M) where all rows are equal',
        of: ['queries', 'keys', 'negatives'],
        values: (trial) => ({
          queries: allEqual(trial, 'queries'),
          keys: allEqual(trial, 'keys'),
          negatives: allEqual(trial, 'negatives'),
        }),
        is: ({ sizes: { M = 1 } }) => Math.log1p(M),
      }),
      formula('mean of -ln softmax(cosines / temperature) at the own key, before the negatives', (trial) => {
        const [keys, negatives] = [plainRows(trial, 'keys'), plainRows(trial, 'negatives')]
        return average(
          plainRows(trial, 'queries').map((query, i) =>
            plainCrossEntropy([[keys[i] ?? [], ...negatives].map((key) => similarity(query, key))], [0]),
          ),
        )
      }),
    ],
  },
)

/** At a low temperature the optimum is 0. */
export const infoNCEOfLowTemperatureLaws = declareLaws(
  (queries, keys) => infoNCE(queries, keys, { temperature: 0.01 }),
  {
    name: 'infoNCE, temperature 0.01',
    takes: [directions('queries', ['B', 'E']), directions('keys', ['B', 'E'])],
    sizes: { B: [1, 4], E: [4, 6] },
    laws: [
      ...common,
      zeroAtOptimum('where pairs are equal and orthogonal to each other', ['queries', 'keys'], (trial) => ({
        queries: unitVectors(trial, 'queries'),
        keys: unitVectors(trial, 'keys'),
      })),
    ],
  },
)
