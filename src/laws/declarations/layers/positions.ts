/** The laws of positions. */
import { dim, einsum } from '../../../dsl/index.js'
import { multiHeadAttention, rotaryPositions, sinusoidalPositions } from '../../../model/index.js'
import { indexKind } from '../../arbitraries/kinds.js'
import { activations, size, wholesOfKind } from '../../argument.js'
import { rowsIndependent } from '../../catalogue/batch.js'
import { bounded, finite, finiteGradients } from '../../catalogue/bounds.js'
import { affineIn } from '../../catalogue/convexity.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { unchanged } from '../../catalogue/invariance.js'
import { formula } from '../../catalogue/known-values.js'
import { causal, outputShape, parameterCount } from '../../catalogue/layers.js'
import { equivariantToOrder } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { elementAt, mapElements, realTensor } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { xOf } from './plain-moments.js'

export const sinusoidalPositionsLaws = declareLaws((length, width) => sinusoidalPositions(length, width), {
  name: 'sinusoidalPositions',
  takes: [size('L'), size('W')],
  sizes: { L: [1, 6], W: [1, 6] },
  laws: [
    formula('sin p / 10000^(2i / W), and cos of the same, by turns', ({ sizes: { L = 0, W = 0 } }) =>
      realTensor([L, W], (flat) => {
        const [position, column] = [Math.floor(flat / W), flat % W]
        const angle = position / 10_000 ** ((column - (column % 2)) / W)
        return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
      }),
    ),
    bounded('at most 1', () => 1),
    outputShape('[L,W]', ({ L = 0, W = 0 }) => [L, W]),
    parameterCount('no', () => 0),
    finite,
    closeInFloat32(),
  ],
})

const common = [
  affineIn('x'),
  parameterCount('no', () => 0),
  finite,
  finiteGradients,
  gradientIsSlope,
  gradientOfGradientIsSlope,
  closeInFloat32(),
] as const

/** x [B,L,2E] with pair i at position p rotated by p / 10000^(i / E). `columns` are the two columns of a pair. */
const plainRotated = (
  trial: Trial,
  columnsOf: (pair: number, halfWidth: number) => readonly [number, number],
) => {
  const x = xOf(trial)
  const { L = 1, E = 1 } = trial.sizes
  const width = 2 * E
  return mapElements(x, (_, flat) => {
    const [row, column] = [Math.floor(flat / width), flat % width]
    const pair = Array.from({ length: E }, (__, i) => i).find((i) => columnsOf(i, E).includes(column)) ?? 0
    const [one, other] = columnsOf(pair, E)
    const [a, b] = [elementAt(x, row * width + one), elementAt(x, row * width + other)]
    const angle = (row % L) / 10_000 ** (pair / E)
    return column === one
      ? a * Math.cos(angle) - b * Math.sin(angle)
      : a * Math.sin(angle) + b * Math.cos(angle)
  })
}

const takes = [activations('x', ['B', 'L', '2*E'])] as const
const sizes = { B: [1, 2], L: [1, 4], E: [1, 3] } as const

export const rotaryPositionsLaws = declareLaws((x) => rotaryPositions(x), {
  name: 'rotaryPositions',
  takes,
  sizes,
  laws: [
    ...common,
    rowsIndependent('B', 0),
    equivariantToOrder('B', 0),
    formula('columns 2i and 2i + 1 rotated by p / 10000^(i / E)', (trial) =>
      plainRotated(trial, (pair) => [2 * pair, 2 * pair + 1]),
    ),
  ],
})

export const rotaryHalvesLaws = declareLaws((x) => rotaryPositions(x, { pairs: 'halves' }), {
  name: 'rotaryPositions, halves',
  takes,
  sizes,
  laws: [
    ...common,
    rowsIndependent('B', 0),
    formula('columns i and i + E rotated by p / 10000^(i / E)', (trial) =>
      plainRotated(trial, (pair, half) => [pair, pair + half]),
    ),
  ],
})

/** What rotary positions are for. */
export const rotaryScoresLaws = declareLaws(
  (queries, keys, positions) =>
    einsum('q e, k e -> q k', rotaryPositions(queries, { positions }), rotaryPositions(keys, { positions })),
  {
    name: 'rotaryPositions, queries times keys',
    takes: [
      activations('queries', ['L', '2*E']),
      activations('keys', ['L', '2*E']),
      wholesOfKind(indexKind('positions', () => 100))('positions', ['L']),
    ],
    sizes,
    laws: [
      unchanged({
        words: 'with every position 5 later',
        of: ['positions'],
        values: ({ values: { positions } }) => ({
          positions: positions === undefined ? positions : mapElements(positions, (p) => p + 5),
        }),
      }),
      finite,
      finiteGradients,
      gradientIsSlope,
    ],
  },
)

/** Attention with rotary positions sees the order of tokens, and stays causal. */
export const rotaryAttentionLaws = declareLaws(
  (x, heads) => multiHeadAttention('attn', { heads, headWidth: dim(2) }, { rotary: {} })(x, { causal: true }),
  {
    name: 'multiHeadAttention, rotary',
    takes: [activations('x', ['B', 'L', '2*H']), size('H')],
    sizes: { B: [1, 2], L: [1, 4], H: [1, 2] },
    laws: [
      rowsIndependent('B', 0),
      causal('x', { argumentAxis: 1, outputAxis: 1 }),
      finite,
      finiteGradients,
      gradientIsSlope,
      closeInFloat32(1e-4),
    ],
  },
)
