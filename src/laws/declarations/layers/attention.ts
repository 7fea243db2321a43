/** The laws of attention under padding, of attention to another sequence, and of attention without weights. */
import { axis, broadcastTo } from '../../../dsl/index.js'
import type { TensorValue } from '../../../values/value.js'
import type { Trial } from '../../trial.js'
import { plainSum } from '../plain-numbers.js'
import {
  multiHeadAttention,
  multiHeadCrossAttention,
  scaledDotProductAttention,
} from '../../../model/index.js'
import { activations, mask, size } from '../../argument.js'
import { maskIsSubset, rowsIndependent } from '../../catalogue/batch.js'
import { finite, finiteGradients } from '../../catalogue/bounds.js'
import { affineIn } from '../../catalogue/convexity.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { formula } from '../../catalogue/known-values.js'
import { causal, outputShape, parameterCount } from '../../catalogue/layers.js'
import { equivariantToOrder, invariantToBatchOrder } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { elementAt, realTensor } from '../../tensor-values.js'
import { plainAttention } from './plain-attention.js'
import { largest } from '../../../values/extremes.js'

const common = [
  rowsIndependent('B', 0),
  equivariantToOrder('B', 0),
  finite,
  finiteGradients,
  gradientIsSlope,
  gradientOfGradientIsSlope,
] as const

const widthOf = ({ H = 0, E = 0 }: Readonly<Record<string, number>>): number => H * E
const weightCount = parameterCount('4 W (W + 1), W = H E', (all) => 4 * widthOf(all) * (widthOf(all) + 1))

/** Whether a mask [B,K] is true at a key of an example. */
const isSeen =
  ({ values: { seen }, sizes: { L = 0 } }: Trial) =>
  (batch: number, key: number): boolean =>
    seen !== undefined && elementAt(seen, batch * L + key) === 1

/** Padding may be at the start, too: then the first queries have no key left, and get 0 from every head. */
export const paddedAttentionLaws = declareLaws(
  (x, seen, heads, headWidth) =>
    multiHeadAttention('attn', { heads, headWidth })(x, { causal: true, keyMask: seen }),
  {
    name: 'multiHeadAttention, causal and padded',
    takes: [activations('x', ['B', 'L', 'H*E']), mask('seen', ['B', 'L']), size('H'), size('E')],
    sizes: { B: [1, 2], L: [1, 4], H: [1, 2], E: [1, 2] },
    laws: [
      ...common,
      causal('x', { argumentAxis: 1, outputAxis: 1 }),
      formula('Σ softmax(q k / √E) v over earlier keys that are no padding, head by head', (trial) => {
        const seen = isSeen(trial)
        return plainAttention(trial, {
          mayAttend: (batch, query, key) => key <= query && seen(batch, key),
        })
      }),
      outputShape('[B,L,H E]', (all) => [all['B'] ?? 0, all['L'] ?? 0, widthOf(all)]),
      weightCount,
      closeInFloat32(1e-4),
    ],
  },
)

export const crossAttentionLaws = declareLaws(
  (x, memory, seen, heads, headWidth) =>
    multiHeadCrossAttention('attn', { heads, headWidth })(x, memory, {
      keyMask: broadcastTo(seen, [axis(memory, 0), axis(memory, 1)]),
    }),
  {
    name: 'multiHeadCrossAttention',
    takes: [
      activations('x', ['B', 'L', 'H*E']),
      activations('memory', ['B', 'K', 'H*E']),
      mask('seen', ['K']),
      size('H'),
      size('E'),
    ],
    sizes: { B: [1, 2], L: [1, 3], K: [1, 3], H: [1, 2], E: [1, 2] },
    laws: [
      ...common,
      rowsIndependent('L', 1),
      equivariantToOrder('L', 1),
      invariantToBatchOrder('K'),
      maskIsSubset('seen', 'K'),
      formula('Σ softmax(q k / √E) v over the keys of the memory, head by head', (trial) => {
        const { seen } = trial.values
        return plainAttention(trial, {
          memory: ['memory', 'K'],
          mayAttend: (_batch, _query, key) => seen !== undefined && elementAt(seen, key) === 1,
        })
      }),
      outputShape('[B,L,H E]', (all) => [all['B'] ?? 0, all['L'] ?? 0, widthOf(all)]),
      weightCount,
      closeInFloat32(1e-4),
    ],
  },
)

/** Σ softmax(q k / √E + mask) v, in plain numbers. */
const plainScaledDotProduct = ({ values, sizes }: Trial): TensorValue => {
  const { B = 0, H = 0, Q = 0, K = 0, E = 0, V = 0 } = sizes
  const missing = realTensor([0], () => 0)
  const { queries = missing, keys = missing, values: read = missing, mask: added = missing } = values
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
  return realTensor([B, H, Q, V], (flat) => {
    const [column, query, head] = [flat % V, Math.floor(flat / V) % Q, Math.floor(flat / (V * Q))]
    const scores = upTo(K).map(
      (key) =>
        plainSum(
          upTo(E).map(
            (e) => elementAt(queries, (head * Q + query) * E + e) * elementAt(keys, (head * K + key) * E + e),
          ),
        ) /
          Math.sqrt(E) +
        elementAt(added, query * K + key),
    )
    const largestScore = largest(scores)
    const weights = scores.map((score) => Math.exp(score - largestScore))
    const sum = plainSum(
      weights.map((weight, key) => weight * elementAt(read, (head * K + key) * V + column)),
    )
    return sum / plainSum(weights)
  })
}

export const scaledDotProductAttentionLaws = declareLaws(
  (queries, keys, values, added) => scaledDotProductAttention(queries, keys, values, { mask: added }),
  {
    name: 'scaledDotProductAttention',
    takes: [
      activations('queries', ['B', 'H', 'Q', 'E']),
      activations('keys', ['B', 'H', 'K', 'E']),
      activations('values', ['B', 'H', 'K', 'V']),
      activations('mask', ['Q', 'K']),
    ],
    sizes: { B: [1, 2], H: [1, 2], Q: [1, 2], K: [1, 3], E: [1, 3], V: [1, 2] },
    laws: [
      ...common,
      rowsIndependent('H', 1),
      rowsIndependent('Q', 2),
      rowsIndependent('V', 3),
      equivariantToOrder('Q', 2),
      invariantToBatchOrder('K'),
      invariantToBatchOrder('E'),
      affineIn('values'),
      formula('Σ softmax(q k / √E + mask) v', plainScaledDotProduct),
      closeInFloat32(1e-4),
    ],
  },
)
