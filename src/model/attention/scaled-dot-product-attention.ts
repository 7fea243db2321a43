/** Attention without weights: values weighed by how well queries fit their keys, under masks. */
import * as b from '../../dsl/builder.js'
import { erased } from '../../dsl/erasure.js'
import { faulty } from '../../dsl/node.js'
import { causalMask, einsum, mul, withSignature } from '../../dsl/index.js'
import type { Node, Operands, Tensor } from '../../dsl/index.js'

/** Queries, keys or values [B,H,L,E]: of B sequences of L, head by head. */
export type ByHead<B, L, H, E> = Tensor<[B, H, L, E]>

/** Which keys a query attends to: all of them, where nothing is given. */
export interface AttentionMasks<B, H, Q, K> {
  /** True at the keys that may be attended to, false at padding. A query that no key is left for gets 0 from every head. */
  readonly keyMask?: Tensor<[B, K], 'bool'>
  /**
   * Added to the scores: 0 where a query may attend to a key, -∞ where it may not, any number for a bias. A row of -∞ alone
   * gives NaN.
   */
  readonly mask?: Tensor<[Q, K]> | Tensor<[H, Q, K]> | Tensor<[B, 1, Q, K]> | Tensor<[B, H, Q, K]>
}

/** Masks of a sequence that attends to itself. */
export interface SelfAttentionMasks<B, H, L> extends AttentionMasks<B, H, L, L> {
  /** Whether a position attends to itself and to earlier ones alone. */
  readonly causal?: boolean
}

/** Masks of any sizes. */
interface Masks {
  readonly keyMask?: { readonly node: Node }
  readonly mask?: { readonly node: Node }
  readonly causal?: boolean
}

/** The axes of an additive mask, by its rank. */
const maskAxes = ({ shape }: Node): string =>
  shape.length === 2 ? 'q k' : shape.length === 3 ? 'h q k' : shape[1] === 1 ? 'b 1 q k' : 'b h q k'

const maskOperands = ({ keyMask, mask }: Masks): Operands => ({
  ...(keyMask && { keyMask: [keyMask, 'b k', 'bool'] }),
  ...(mask && { mask: [mask, maskAxes(mask.node)] }),
})

/** The softmax over the keys [B,H,Q,K] that masks leave. */
const maskedSoftmax = (scores: Node, { keyMask, mask, causal = false }: Masks): Node => {
  if (scores.fault !== undefined) return scores
  const [batch = 1, , queries = 1, keys = 1] = scores.shape
  if (causal && queries !== keys) {
    const got = `${keys} and ${queries}`
    return faulty('attention', `attention: a causal mask needs as many keys as queries, got ${got}`, [scores])
  }
  const shifted = mask === undefined ? scores : b.add(scores, mask.node)
  const masked = causal ? b.add(shifted, causalMask({ dim: queries }).node) : shifted
  if (keyMask === undefined) return b.softmax(masked, 3)
  const [zero, never] = [b.scalar(0), b.scalar(-Infinity)]
  const seen = b.where(b.reshape(keyMask.node, [batch, 1, 1, keys]), masked, never)
  const nothing = b.equal(b.max(seen, [3], true), never)
  return b.where(nothing, zero, b.softmax(b.where(nothing, zero, seen), 3))
}

/** How well each query fits each key. */
export const attentionScores = <B, Q, K, H, E>(
  queries: ByHead<B, Q, H, E>,
  keys: ByHead<B, K, H, E>,
): Tensor<[B, H, Q, K]> => einsum('b h q e, b h k e -> b h q k', queries, keys)

/** The sum of values for each query, each times its weight. */
export const weightedValues = <B, Q, K, H, V>(
  weights: Tensor<[B, H, Q, K]>,
  values: ByHead<B, K, H, V>,
): ByHead<B, Q, H, V> => einsum('b h q k, b h k e -> b h q e', weights, values)

/** The attention of queries that are scaled already. */
export const mixValues = <B, Q, K, H, E, V>(
  queries: ByHead<B, Q, H, E>,
  keys: ByHead<B, K, H, E>,
  values: ByHead<B, K, H, V>,
  masks: Masks = {},
): ByHead<B, Q, H, V> => {
  const fitting = withSignature(
    'attention',
    {
      queries: [queries, 'b h q e'],
      keys: [keys, 'b h k e'],
      values: [values, 'b h k v'],
      ...maskOperands(masks),
    },
    queries,
  )
  const weights: Tensor<[B, H, Q, K]> = erased(maskedSoftmax(attentionScores(fitting, keys).node, masks))
  return weightedValues(weights, values)
}

/** 1 / √E. */
const scaleOf = ({ node }: { readonly node: Node }): Tensor<[]> => {
  const width = node.shape[3]
  return erased(typeof width === 'number' ? b.scalar(1 / Math.sqrt(width)) : b.rsqrt(b.countAlong(node, [3])))
}

/**
 * softmax(queries · keysᵀ / √E) · values, head by head (Vaswani et al. 2017, eq. 1), as PyTorch's
 * `scaled_dot_product_attention`. Queries are [B,H,Q,E], keys [B,H,K,E], values [B,H,K,V], the result is [B,H,Q,V].
 *
 * Masks of other sizes do not compile, and are a fault of a program that was not compiled.
 *
 * @example
 * const [queries, keys] = [input('q', ['B', 8, 'Q', 64]), input('k', ['B', 8, 'K', 64])]
 * const values = input('v', ['B', 8, 'K', 64])
 * const mixed = scaledDotProductAttention(queries, keys, values, { keyMask: input('seen', ['B', 'K'], 'bool') })
 */
export const scaledDotProductAttention = <B, Q, K, H, E, V>(
  queries: ByHead<B, Q, H, E>,
  keys: ByHead<NoInfer<B>, K, NoInfer<H>, NoInfer<E>>,
  values: ByHead<NoInfer<B>, NoInfer<K>, NoInfer<H>, V>,
  masks: AttentionMasks<NoInfer<B>, NoInfer<H>, NoInfer<Q>, NoInfer<K>> = {},
): Tensor<[B, H, Q, V]> => mixValues(mul(queries, scaleOf(queries)), keys, values, masks)
