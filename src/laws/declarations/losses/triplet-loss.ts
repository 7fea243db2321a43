/** The laws of the triplet losses. */
import { batchHardTripletLoss, tripletLoss } from '../../../losses/index.js'
import type { Kind } from '../../arbitraries/kind.js'
import { normalNumber, numbersOf, oneOf } from '../../arbitraries/random-source.js'
import { labels, ofKind, reals } from '../../argument.js'
import { meanOfSingletons } from '../../catalogue/batch.js'
import { finite, finiteGradients, nonNegative } from '../../catalogue/bounds.js'
import { convexIn } from '../../catalogue/convexity.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { unchanged } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, invariantToRelabelling } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { mapElements } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { elementCount } from '../../../values/value.js'
import { average, listOf, plainFilled, plainRows, plainSum } from '../plain-numbers.js'
import { largest, smallest } from '../../../values/extremes.js'

const margin = 0.75

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(plainSum(a.map((x, i) => (x - (b[i] ?? Number.NaN)) ** 2)))

const hinge = (excess: number): number => Math.max(0, margin + excess)
const softHinge = (excess: number): number => Math.max(excess, 0) + Math.log1p(Math.exp(-Math.abs(excess)))

/** Batches with a vector added to all rows: a different number in each column. */
const moved = (trial: Trial, names: readonly string[]) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = trial.values[name]
      const width = value?.shape[1] ?? 1
      return value === undefined
        ? []
        : [[name, mapElements(value, (x, flat) => x + 1 + (flat % width))] as const]
    }),
  )

const batches = ['anchors', 'positives', 'negatives'] as const
const triplets = [
  reals('anchors', ['B', 'E']),
  reals('positives', ['B', 'E']),
  reals('negatives', ['B', 'E']),
] as const

const ofTriplets = (hingeOf: (excess: number) => number) =>
  [
    nonNegative,
    knownValue({
      words: 'the loss of distances that are equal, where all rows of a triplet are',
      of: batches,
      values: ({ values }: Trial) => ({ positives: values['anchors'], negatives: values['anchors'] }),
      is: () => hingeOf(0),
    }),
    unchanged({
      words: 'with one vector added to all rows',
      of: batches,
      values: (trial) => moved(trial, batches),
    }),
    invariantToBatchOrder('B'),
    invariantToBatchOrder('E'),
    meanOfSingletons('B'),
    convexIn('positives'),
    finite,
    finiteGradients,
    gradientIsSlope,
    gradientOfGradientIsSlope,
    closeInFloat32(),
    formula('mean of the hinge of |a - p| - |a - n|', (trial: Trial) => {
      const [positives, negatives] = [plainRows(trial, 'positives'), plainRows(trial, 'negatives')]
      return average(
        plainRows(trial, 'anchors').map((anchor, i) =>
          hingeOf(distance(anchor, positives[i] ?? []) - distance(anchor, negatives[i] ?? [])),
        ),
      )
    }),
  ] as const

export const tripletLossLaws = declareLaws(
  (anchors, positives, negatives) => tripletLoss(anchors, positives, negatives, { margin }),
  {
    name: 'tripletLoss',
    takes: triplets,
    laws: [
      ...ofTriplets(hinge),
      zeroAtOptimum('where positives are anchors, and negatives a margin away', batches, ({ values }) => ({
        positives: values['anchors'],
        negatives: values['anchors'] && mapElements(values['anchors'], (x) => x + margin),
      })),
    ],
  },
)

export const softTripletLossLaws = declareLaws(
  (anchors, positives, negatives) => tripletLoss(anchors, positives, negatives, { margin: 'soft' }),
  { name: 'tripletLoss, soft', takes: triplets, laws: ofTriplets(softHinge) },
)

/** Rows of which no two are equally far from a third: where they are, a gradient depends on which one is taken. */
const generalRows: Kind = {
  words: 'rows in general position',
  draw: (random, { shape }) => {
    const spread = oneOf(random, 1e-2, 1, 10)
    return numbersOf(elementCount(shape), () => spread * normalNumber(random))
  },
  repair: (elements) => elements,
}

/** For each row, the hinge of the farthest row of its class and the nearest of another; 0 where there is none. */
const hardest = (
  rows: readonly (readonly number[])[],
  classes: readonly number[],
  hingeOf: (excess: number) => number,
): readonly number[] =>
  rows.map((row, i) => {
    const farFrom = (isMember: (j: number) => boolean): readonly number[] =>
      rows.flatMap((other, j) => (isMember(j) ? [distance(row, other)] : []))
    const positives = farFrom((j) => j !== i && classes[j] === classes[i])
    const negatives = farFrom((j) => classes[j] !== classes[i])
    return positives.length === 0 || negatives.length === 0
      ? 0
      : hingeOf(largest(positives) - smallest(negatives))
  })

const ofBatch = (hingeOf: (excess: number) => number) =>
  [
    nonNegative,
    zeroAtOptimum('where every row is alone in its class', ['labels'], ({ values }: Trial) => ({
      labels: values['labels'] && mapElements(values['labels'], (_, row) => row),
    })),
    zeroAtOptimum('where there is one class', ['labels'], ({ values }: Trial) => ({
      labels: values['labels'] && mapElements(values['labels'], () => 0),
    })),
    knownValue({
      words: 'the loss of equal distances where all rows are equal, times the share of rows with both others',
      of: ['embeddings', 'labels'],
      values: (trial: Trial) => ({ embeddings: plainFilled(trial, 'embeddings', (_, column) => column + 1) }),
      is: (trial: Trial) =>
        average(hardest(plainRows(trial, 'embeddings'), listOf(trial, 'labels'), hingeOf)),
    }),
    unchanged({
      words: 'with one vector added to all rows',
      of: ['embeddings'],
      values: (trial) => moved(trial, ['embeddings']),
    }),
    invariantToBatchOrder('B'),
    invariantToBatchOrder('E'),
    invariantToRelabelling('C'),
    finite,
    finiteGradients,
    gradientIsSlope,
    gradientOfGradientIsSlope,
    closeInFloat32(1e-5, 'output'),
    formula('mean of the hinge of the farthest of the class less the nearest of the others', (trial: Trial) =>
      average(hardest(plainRows(trial, 'embeddings'), listOf(trial, 'labels'), hingeOf)),
    ),
  ] as const

const batch = [ofKind(generalRows)('embeddings', ['B', 'E']), labels('labels', ['B'], 'C')] as const
const sizes = { B: [1, 6], E: [1, 4], C: [1, 3] } as const

export const batchHardTripletLossLaws = declareLaws(
  (embeddings, classes) => batchHardTripletLoss(embeddings, classes, { margin }),
  {
    name: 'batchHardTripletLoss',
    takes: batch,
    sizes,
    laws: [
      ...ofBatch(hinge),
      zeroAtOptimum(
        'where the rows of a class are equal and classes far apart',
        ['embeddings', 'labels'],
        (trial) => ({
          embeddings: plainFilled(
            trial,
            'embeddings',
            (row) => 10 * (listOf(trial, 'labels')[row] ?? Number.NaN),
          ),
        }),
      ),
    ],
  },
)

export const softBatchHardTripletLossLaws = declareLaws(
  (embeddings, classes) => batchHardTripletLoss(embeddings, classes, { margin: 'soft' }),
  { name: 'batchHardTripletLoss, soft', takes: batch, sizes, laws: ofBatch(softHinge) },
)
