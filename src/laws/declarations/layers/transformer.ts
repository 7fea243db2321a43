/** The laws of attention, of the residual block and of their stack. */
import { axis, full, where } from '../../../dsl/index.js'
import type { Dim, DimHandle, Tensor } from '../../../dsl/index.js'
import { multiHeadAttention, block, transformer } from '../../../model/index.js'
import { activations, mask, size } from '../../argument.js'
import { maskIsSubset, rowsIndependent } from '../../catalogue/batch.js'
import { finite, finiteGradients } from '../../catalogue/bounds.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { formula, knownValue } from '../../catalogue/known-values.js'
import { causal, outputShape, parameterCount } from '../../catalogue/layers.js'
import { equivariantToOrder } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { mapElements } from '../../tensor-values.js'
import { plainAttention } from './plain-attention.js'
import { blockCount } from '../small-clip.js'

const takes = [activations('x', ['B', 'L', 'H*E']), size('H'), size('E')] as const
const sizes = { B: [1, 2], L: [1, 4], H: [1, 2], E: [1, 2] } as const
const widthOf = ({ H = 0, E = 0 }: Readonly<Record<string, number>>): number => H * E

const common = [
  rowsIndependent('B', 0),
  equivariantToOrder('B', 0),
  outputShape('[B,L,H E]', (all) => [all['B'] ?? 0, all['L'] ?? 0, widthOf(all)]),
  finite,
  finiteGradients,
  gradientIsSlope,
] as const

const attentionParameters = parameterCount(
  '4 W (W + 1), W = H E',
  (all) => 4 * widthOf(all) * (widthOf(all) + 1),
)

export const attentionLaws = declareLaws(
  (x, heads, headWidth) => multiHeadAttention('attn', { heads, headWidth })(x),
  {
    name: 'multiHeadAttention',
    takes,
    sizes,
    laws: [
      ...common,
      equivariantToOrder('L', 1),
      attentionParameters,
      gradientOfGradientIsSlope,
      closeInFloat32(1e-4),
      formula('Σ softmax(q k / √E) v, head by head', (trial) => plainAttention(trial)),
    ],
  },
)

export const causalAttentionLaws = declareLaws(
  (x, heads, headWidth) => multiHeadAttention('attn', { heads, headWidth })(x, { causal: true }),
  {
    name: 'multiHeadAttention, causal',
    takes,
    sizes,
    laws: [
      ...common,
      causal('x', { argumentAxis: 1, outputAxis: 1 }),
      attentionParameters,
      gradientOfGradientIsSlope,
      closeInFloat32(1e-4),
      formula('Σ softmax(q k / √E) v over earlier positions, head by head', (trial) =>
        plainAttention(trial, { mayAttend: (_, query, key) => key <= query }),
      ),
    ],
  },
)

/** A mask of keys: positions where it is false are seen by none. */
const visible = <L extends Dim>(keys: Tensor<[L], 'bool'>, length: DimHandle<L>): Tensor<[L, L]> =>
  where(keys, full([length, length], 0), -Infinity)

export const maskedAttentionLaws = declareLaws(
  (x, keys, heads, headWidth) =>
    multiHeadAttention('attn', { heads, headWidth })(x, { mask: visible(keys, axis(x, 1)) }),
  {
    name: 'multiHeadAttention, masked',
    takes: [activations('x', ['B', 'L', 'H*E']), mask('keys', ['L']), size('H'), size('E')],
    sizes,
    laws: [
      ...common,
      equivariantToOrder('L', 1),
      maskIsSubset('keys', 'L', 1),
      attentionParameters,
      gradientOfGradientIsSlope,
      closeInFloat32(1e-4),
    ],
  },
)

/** A block adds to what it is given; with nothing in its last projections it adds nothing. */
const identityWithoutProjections = (...blocks: readonly string[]) =>
  knownValue({
    words: 'x where the output projections are 0',
    of: ['x'],
    values: ({ values }) => {
      const projections = blocks.flatMap((name) =>
        ['attn.out_proj', 'mlp.c_proj'].flatMap((part) => [`${name}.${part}.weight`, `${name}.${part}.bias`]),
      )
      return Object.fromEntries(
        projections.flatMap((name) => {
          const value = values[name]
          return value === undefined ? [] : [[name, mapElements(value, () => 0)] as const]
        }),
      )
    },
    is: ({ values: { x } }) => x ?? Number.NaN,
  })

export const blockLaws = declareLaws((x, heads, headWidth) => block('block', { heads, headWidth })(x), {
  name: 'block',
  takes,
  sizes,
  laws: [
    ...common,
    equivariantToOrder('L', 1),
    identityWithoutProjections('block'),
    parameterCount('12 W² + 13 W, W = H E', (all) => blockCount(widthOf(all))),
    gradientOfGradientIsSlope,
    closeInFloat32(1e-4, 'output'),
  ],
})

export const transformerLaws = declareLaws(
  (x, heads, headWidth) => transformer('tower', 2, { heads, headWidth })(x, { causal: true }).at(-1) ?? x,
  {
    name: 'transformer, causal',
    takes,
    sizes,
    laws: [
      ...common,
      causal('x', { argumentAxis: 1, outputAxis: 1 }),
      identityWithoutProjections('tower.resblocks.0', 'tower.resblocks.1'),
      parameterCount('2 (12 W² + 13 W), W = H E', (all) => 2 * blockCount(widthOf(all))),
      gradientOfGradientIsSlope,
      closeInFloat32(1e-4, 'output'),
    ],
  },
)
