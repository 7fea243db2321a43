/**
 * Attention of several heads, to the sequence itself or to another one. Weights are named and laid out as those of PyTorch's
 * `torch.nn.MultiheadAttention` (`batch_first=True`).
 */
import { dim, linear, mul, parameter, rearrange, slice, times } from '../../dsl/index.js'
import type { DimHandle, MultiplyDims, Tensor } from '../../dsl/index.js'
import { linearLayer } from '../layers.js'
import type { RotaryOptions } from '../positions.js'
import { rotaryPositions } from '../positions.js'
import type { AttentionMasks, ByHead, SelfAttentionMasks } from './scaled-dot-product-attention.js'
import { mixValues } from './scaled-dot-product-attention.js'

/** The width of tokens as types name it: the number of heads times the width of a head. */
export interface TowerWidth<H, E> {
  readonly heads: DimHandle<H>
  readonly headWidth: DimHandle<E>
}

/** Tokens [B,L,H·E]: a batch of B sequences of L. */
export type Tokens<B, L, H, E> = Tensor<[B, L, MultiplyDims<H, E>]>

/** The inputs of attention: queries, scaled by 1/√E, keys and values. */
export interface Projections<B, L, H, E> {
  readonly queries: ByHead<B, L, H, E>
  readonly keys: ByHead<B, L, H, E>
  readonly values: ByHead<B, L, H, E>
}

const scaleOf = <E>({ dim: width }: DimHandle<E>): number => 1 / Math.sqrt(Number(width))

/** Queries, keys and values as one projection, `name.in_proj_weight`. */
export const projections = <H, E>(name: string, { heads, headWidth }: TowerWidth<H, E>) => {
  const width = times(heads, headWidth)
  const packed = times(dim(3), width)
  return <B, L>(x: Tokens<B, L, H, E>): Projections<B, L, H, E> => {
    const weight = parameter(`${name}.in_proj_weight`, [packed, width])
    const bias = parameter(`${name}.in_proj_bias`, [packed])
    const projected = linear(x, weight, bias)
    const part = (index: number): ByHead<B, L, H, E> =>
      rearrange(slice(projected, 2, index * Number(width.dim), width), 'b l (h e) -> b h l e', {
        h: heads,
        e: headWidth,
      })
    return { queries: mul(part(0), scaleOf(headWidth)), keys: part(1), values: part(2) }
  }
}

/** Queries of one sequence, keys and values of another, by the parts of the same weight. */
const crossProjections = <H, E>(name: string, { heads, headWidth }: TowerWidth<H, E>) => {
  const width = times(heads, headWidth)
  const packed = times(dim(3), width)
  const weight = parameter(`${name}.in_proj_weight`, [packed, width])
  const bias = parameter(`${name}.in_proj_bias`, [packed])
  const part = <B, L>(x: Tokens<B, L, H, E>, index: number): ByHead<B, L, H, E> => {
    const start = index * Number(width.dim)
    return rearrange(
      linear(x, slice(weight, 0, start, width), slice(bias, 0, start, width)),
      'b l (h e) -> b h l e',
      { h: heads, e: headWidth },
    )
  }
  return <B, Q, K>(x: Tokens<B, Q, H, E>, memory: Tokens<B, K, H, E>) => ({
    queries: mul(part(x, 0), scaleOf(headWidth)),
    keys: part(memory, 1),
    values: part(memory, 2),
  })
}

/** The heads concatenated again, through `name.out_proj`. */
export const mergeHeads = <H, E>(name: string, { heads, headWidth }: TowerWidth<H, E>) => {
  const width = times(heads, headWidth)
  return <B, L>(mixed: ByHead<B, L, H, E>): Tokens<B, L, H, E> =>
    linearLayer(`${name}.out_proj`, width, width)(rearrange(mixed, 'b h l e -> b l (h e)'))
}

export interface MultiHeadAttentionOptions {
  /** Rotary positions of queries and keys: see `rotaryPositions`. Without them the order of tokens is not seen. */
  readonly rotary?: RotaryOptions
}

/**
 * Multi-head self-attention of tokens [B,L,H·E] (Vaswani et al. 2017, sec. 3.2.2): each position reads from all of them, or
 * from those that masks leave. Parameters, with W = H·E: `name.in_proj_weight` [3W,W] and `name.in_proj_bias` [3W], for
 * queries, keys and values in this order, `name.out_proj.weight` [W,W] and `name.out_proj.bias` [W].
 *
 * Masks of other sizes do not compile, and are a fault of a program that was not compiled.
 *
 * @example
 * const attend = multiHeadAttention('attn', { heads: dim(8), headWidth: dim(64) })
 * const x = input('x', ['B', 'L', 512])
 * const y = attend(x, { causal: true, keyMask: input('isToken', ['B', 'L'], 'bool') })
 */
export const multiHeadAttention = <H, E>(
  name: string,
  size: TowerWidth<H, E>,
  { rotary }: MultiHeadAttentionOptions = {},
) => {
  const place = <B, L>(x: ByHead<B, L, H, E>): ByHead<B, L, H, E> =>
    rotary === undefined ? x : rotaryPositions(x, rotary)
  const project = projections(name, size)
  const merge = mergeHeads(name, size)
  return <B, L>(
    x: Tokens<B, L, H, E>,
    masks: SelfAttentionMasks<NoInfer<B>, H, NoInfer<L>> = {},
  ): Tensor<[B, L, MultiplyDims<H, E>]> => {
    const { queries, keys, values } = project(x)
    return merge(mixValues(place(queries), place(keys), values, masks))
  }
}

/**
 * Multi-head cross-attention (Vaswani et al. 2017, sec. 3.2.3): each position of x [B,Q,H·E] reads from `memory` [B,K,H·E],
 * or from the positions of it that masks leave. Parameters are those of `multiHeadAttention`.
 *
 * Masks of other sizes do not compile, and are a fault of a program that was not compiled.
 *
 * @example
 * const attend = multiHeadCrossAttention('cross', { heads: dim(8), headWidth: dim(64) })
 * const y = attend(input('x', ['B', 'Q', 512]), input('encoded', ['B', 'K', 512])) // [B,Q,512]
 */
export const multiHeadCrossAttention = <H, E>(name: string, size: TowerWidth<H, E>) => {
  const project = crossProjections(name, size)
  const merge = mergeHeads(name, size)
  return <B, Q, K>(
    x: Tokens<B, Q, H, E>,
    memory: Tokens<NoInfer<B>, K, H, E>,
    masks: AttentionMasks<NoInfer<B>, H, NoInfer<Q>, NoInfer<K>> = {},
  ): Tensor<[B, Q, MultiplyDims<H, E>]> => {
    const { queries, keys, values } = project(x, memory)
    return merge(mixValues(queries, keys, values, masks))
  }
}
