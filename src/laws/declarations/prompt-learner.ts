/** The laws of AD-CLIP's prompt learner. */
import type { AdClipSwitches } from '../../methods/index.js'
import type { DimHandle, Tensor } from '../../dsl/index.js'
import type { Levels } from '../../model/index.js'
import { levelMoments } from '../../model/index.js'
import { imageTokens, styleMappingTokens, styleTokens } from '../../methods/index.js'
import { activations, size } from '../argument.js'
import { rowsIndependent } from '../catalogue/batch.js'
import { finite, finiteGradients, nonNegative } from '../catalogue/bounds.js'
import { affineIn } from '../catalogue/convexity.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../catalogue/gradients.js'
import { shiftInvariant } from '../catalogue/invariance.js'
import { knownValue } from '../catalogue/known-values.js'
import { outputShape, parameterCount } from '../catalogue/layers.js'
import { equivariantToOrder, invariantToBatchOrder } from '../catalogue/order.js'
import { closeInFloat32 } from '../catalogue/precision.js'
import { declareLaws } from '../declaration.js'
import { mapElements } from '../tensor-values.js'

type Sizes = Readonly<Record<string, number>>

const rowwise = [rowsIndependent('B', 0), equivariantToOrder('B', 0)] as const
const ordinary = [finite, finiteGradients, gradientIsSlope] as const

const level = [activations('level', ['B', 'L', 'C'])] as const
const levelSizes = { B: [1, 3], L: [1, 4], C: [1, 3] } as const

export const levelMeanLaws = declareLaws((x) => levelMoments(x, 1e-8).mean, {
  name: 'levelMoments, mean',
  takes: level,
  sizes: levelSizes,
  laws: [
    ...rowwise,
    rowsIndependent('C', 1),
    invariantToBatchOrder('L'),
    affineIn('level'),
    knownValue({
      words: '3 where all positions are 3',
      of: ['level'],
      values: ({ values: { level: x } }) => ({ level: x === undefined ? x : mapElements(x, () => 3) }),
      is: () => 3,
    }),
    ...ordinary,
    gradientOfGradientIsSlope,
    closeInFloat32(),
  ],
})

export const levelDeviationLaws = declareLaws((x) => levelMoments(x, 1e-8).deviation, {
  name: 'levelMoments, deviation',
  takes: level,
  sizes: levelSizes,
  laws: [
    ...rowwise,
    rowsIndependent('C', 1),
    invariantToBatchOrder('L'),
    nonNegative,
    knownValue({
      words: '√(ε / L) where all positions are equal',
      of: ['level'],
      values: ({ values: { level: x } }) => ({ level: x === undefined ? x : mapElements(x, () => 3) }),
      is: ({ sizes: { L = 1 } }) => Math.sqrt(1e-8 / L),
    }),
    shiftInvariant('level', 1),
    ...ordinary,
    gradientOfGradientIsSlope,
    closeInFloat32(1e-4, 'output'),
  ],
})

/** Two levels of the same width, as the prompt learner takes them. */
const twoLevels = [
  activations('mean0', ['B', 'C']),
  activations('deviation0', ['B', 'C']),
  activations('mean1', ['B', 'C']),
  activations('deviation1', ['B', 'C']),
] as const

const levelsOf = <B>(
  mean0: Tensor<[B, 'C']>,
  deviation0: Tensor<[B, 'C']>,
  mean1: Tensor<[B, 'C']>,
  deviation1: Tensor<[B, 'C']>,
): Levels<B> => [
  { mean: mean0, deviation: deviation0 },
  { mean: mean1, deviation: deviation1 },
]

const learner = (hidden: DimHandle<'hidden'>, textWidth: DimHandle<'width'>) => ({
  styleHidden: Number(hidden.dim),
  mappingHidden: Number(hidden.dim),
  imageTokens: 3,
  textWidth,
})

const learnerSizes = { B: [1, 3], C: [1, 3], hidden: [1, 3], width: [1, 4] } as const
const networkCount = ({ C = 0, hidden = 0, width = 0 }: Sizes): number =>
  2 * ((C + 1) * hidden + (hidden + 1) * width)

/** The laws of a network for each of two levels, with a hidden layer: a token each. */
const ofTwoNetworks = [
  outputShape('[B,2,width]', ({ B = 0, width = 0 }) => [B, 2, width]),
  parameterCount('2 ((C + 1) hidden + (hidden + 1) width)', networkCount),
  ...ordinary,
  gradientOfGradientIsSlope,
  closeInFloat32(),
] as const

/** Arguments of the prompt learner's networks: moments of two levels, and the two widths. */
const learnerTakes = [...twoLevels, size('hidden'), size('width')] as const

export const styleTokensLaws = declareLaws(
  (m0, d0, m1, d1, hidden, width) => styleTokens(learner(hidden, width))(levelsOf(m0, d0, m1, d1)),
  {
    name: 'styleTokens',
    takes: learnerTakes,
    sizes: learnerSizes,
    laws: [...rowwise, affineIn('mean0'), affineIn('deviation1'), ...ofTwoNetworks],
  },
)

export const styleMappingTokensLaws = declareLaws(
  (m0, d0, m1, d1, hidden, width) => styleMappingTokens(learner(hidden, width))(levelsOf(m0, d0, m1, d1)),
  {
    name: 'styleMappingTokens',
    takes: learnerTakes,
    sizes: learnerSizes,
    laws: [...rowwise, ...ofTwoNetworks],
  },
)

const imageTokensLawsOf = (mixing: AdClipSwitches['imageTokens'], words: string, mixers: number) =>
  declareLaws(
    (m0, d0, m1, d1, hidden, width) => imageTokens(learner(hidden, width), mixing)(levelsOf(m0, d0, m1, d1)),
    {
      name: `imageTokens, ${mixing}`,
      takes: learnerTakes,
      sizes: learnerSizes,
      laws: [
        ...rowwise,
        affineIn('mean0'),
        outputShape('[B,3,width]', ({ B = 0, width = 0 }) => [B, 3, width]),
        parameterCount(words, ({ C = 0, width = 0 }) => 2 * (C + 1) * width + 3 * mixers),
        ...ordinary,
        gradientOfGradientIsSlope,
        closeInFloat32(),
      ],
    },
  )

export const sharedImageTokensLaws = imageTokensLawsOf('shared', '2 (C + 1) width + 3', 1)
export const separateImageTokensLaws = imageTokensLawsOf('separate', '2 (C + 1) width + 9', 3)
