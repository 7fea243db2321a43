/** The laws of AD-CLIP's own losses, and of its total. */
import { softmax } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type { AdClipLossSwitches } from '../../methods/index.js'
import { adClipLosses, batchNormalizedEntropy, promptDivergence } from '../../methods/index.js'
import { activations, labels, logits, simplex } from '../argument.js'
import { meanOfSingletons } from '../catalogue/batch.js'
import { bounded, finite, finiteGradients, nonNegative } from '../catalogue/bounds.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../catalogue/gradients.js'
import { scaleInvariant, shiftInvariant } from '../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../catalogue/known-values.js'
import { invariantToBatchOrder, invariantToRelabelling } from '../catalogue/order.js'
import { closeInFloat32 } from '../catalogue/precision.js'
import { declareLaws } from '../declaration.js'
import { finiteAndSmooth } from './finite-and-smooth.js'
import type { Trial } from '../trial.js'
import {
  average,
  plainFilled,
  listOf,
  middleRows,
  plainCrossEntropy,
  plainDivergence,
  plainEntropies,
  plainMeanSquaredError,
  plainMutualInformation,
  plainRows,
} from './plain-numbers.js'

export const batchNormalizedEntropyLaws = declareLaws(batchNormalizedEntropy, {
  name: 'batchNormalizedEntropy',
  takes: [simplex('probabilities', ['B', 'K'])],
  laws: [
    bounded('at most K / e', ({ K = 1 }) => K / Math.E),
    knownValue({
      words: '-K ln(1/√B + 1e-8) / √B at uniform predictions',
      of: ['probabilities'],
      values: (trial) => ({
        probabilities: plainFilled(trial, 'probabilities', () => 1 / (trial.sizes['K'] ?? 1)),
      }),
      is: ({ sizes: { B = 1, K = 1 } }) => (-K * Math.log(1 / Math.sqrt(B) + 1e-8)) / Math.sqrt(B),
    }),
    invariantToBatchOrder('B'),
    invariantToRelabelling('K'),
    scaleInvariant('probabilities', 0),
    finite,
    finiteGradients,
    gradientIsSlope,
    gradientOfGradientIsSlope,
    // Its gradient by a small probability is a small difference of terms as large as 1/p.
    closeInFloat32(1e-5, 'output'),
  ],
})

const divergenceOf = (trial: Trial): number =>
  plainDivergence(middleRows(trial, 'target'), middleRows(trial, 'source'))

const divergenceLaws = [
  nonNegative,
  zeroAtOptimum('where target and source are equal', ['target', 'source'], ({ values }: Trial) => ({
    target: values['source'],
  })),
  invariantToBatchOrder('B'),
  invariantToBatchOrder('E'),
  invariantToRelabelling('K'),
  shiftInvariant('target', 1),
  shiftInvariant('source', 1),
  meanOfSingletons('B'),
  ...finiteAndSmooth,
] as const

const promptFeatures = [logits('target', ['B', 'K', 'E']), logits('source', ['B', 'K', 'E'])] as const
const smallPrompts = { B: [1, 3], K: [1, 4], E: [1, 3] } as const

export const promptDivergenceBatchLaws = declareLaws(
  (target, source) => promptDivergence(target, source, 'batch'),
  {
    name: 'promptDivergence, as released',
    takes: promptFeatures,
    sizes: smallPrompts,
    laws: [
      ...divergenceLaws,
      formula(
        'Σ over everything of p (ln p - ln q), divided by B',
        (trial) => divergenceOf(trial) * (trial.sizes['E'] ?? 1),
      ),
    ],
  },
)

export const promptDivergenceMeanLaws = declareLaws(
  (target, source) => promptDivergence(target, source, 'rowsAndFeatures'),
  {
    name: 'promptDivergence, as in the paper',
    takes: promptFeatures,
    sizes: smallPrompts,
    laws: [
      ...divergenceLaws,
      meanOfSingletons('E'),
      formula('mean over rows and features of KL(target || source)', divergenceOf),
    ],
  },
)

/** Weights that are all different, so that no two terms can be mistaken for each other. */
const weights = { crossEntropy: 1, styleMapping: 0.1, entropy: 0.01, divergence: 2 } as const

const totalWith =
  (switches: AdClipLossSwitches) =>
  <B, K, E, M, D>(
    sourceLogits: Tensor<[B, K]>,
    classes: Tensor<[B], 'i32'>,
    sourceText: Tensor<[B, K, E]>,
    targetLogits: Tensor<[B, K]>,
    targetText: Tensor<[B, K, E]>,
    sourceStyle: Tensor<[B, M, D]>,
    mappedStyle: Tensor<[B, M, D]>,
  ): Tensor<[]> =>
    adClipLosses(
      {
        source: { logits: sourceLogits, textFeatures: sourceText },
        target: {
          logits: targetLogits,
          probabilities: softmax(targetLogits, 1),
          textFeatures: targetText,
        },
        sourceStyle,
        mappedStyle,
      },
      classes,
      switches,
      weights,
    ).total

const predictions = [
  logits('sourceLogits', ['B', 'K']),
  labels('labels', ['B'], 'K'),
  activations('sourceText', ['B', 'K', 'E']),
  logits('targetLogits', ['B', 'K']),
  activations('targetText', ['B', 'K', 'E']),
  activations('sourceStyle', ['B', 'M', 'D']),
  activations('mappedStyle', ['B', 'M', 'D']),
] as const
const smallPredictions = { B: [1, 3], K: [1, 3], E: [1, 2], M: [1, 2], D: [1, 2] } as const

const totalLaws = [
  invariantToBatchOrder('B'),
  invariantToRelabelling('K'),
  shiftInvariant('sourceLogits'),
  shiftInvariant('targetLogits'),
  ...finiteAndSmooth,
] as const

export const adClipReferenceTotalLaws = declareLaws(
  totalWith({ entropy: 'batchNormalized', divergence: 'batch' }),
  { name: 'adClipLosses, reference', takes: predictions, sizes: smallPredictions, laws: totalLaws },
)

export const adClipPaperTotalLaws = declareLaws(
  totalWith({ entropy: 'rows', divergence: 'rowsAndFeatures' }),
  {
    name: 'adClipLosses, paper',
    takes: predictions,
    sizes: smallPredictions,
    laws: [
      nonNegative,
      ...totalLaws,
      meanOfSingletons('B'),
      formula(
        'the weighted sum of cross entropy, style mapping error, entropy and divergence',
        (trial) =>
          weights.crossEntropy *
            plainCrossEntropy(plainRows(trial, 'sourceLogits'), listOf(trial, 'labels')) +
          weights.styleMapping *
            plainMeanSquaredError(listOf(trial, 'sourceStyle'), listOf(trial, 'mappedStyle')) +
          weights.entropy * average(plainEntropies(plainRows(trial, 'targetLogits'))) +
          weights.divergence *
            plainDivergence(middleRows(trial, 'targetText'), middleRows(trial, 'sourceText')),
      ),
    ],
  },
)

export const adClipRobustTotalLaws = declareLaws(
  totalWith({ entropy: 'mutualInformation', divergence: 'rowsAndFeatures' }),
  {
    name: 'adClipLosses, robust',
    takes: predictions,
    sizes: smallPredictions,
    laws: [
      ...totalLaws,
      formula(
        'the weighted sum of the paper, less the information that predictions have of images in place of entropy',
        (trial) =>
          weights.crossEntropy *
            plainCrossEntropy(plainRows(trial, 'sourceLogits'), listOf(trial, 'labels')) +
          weights.styleMapping *
            plainMeanSquaredError(listOf(trial, 'sourceStyle'), listOf(trial, 'mappedStyle')) -
          weights.entropy * plainMutualInformation(plainRows(trial, 'targetLogits')) +
          weights.divergence *
            plainDivergence(middleRows(trial, 'targetText'), middleRows(trial, 'sourceText')),
      ),
    ],
  },
)
