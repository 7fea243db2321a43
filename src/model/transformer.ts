/** The residual attention block of CLIP's towers, and stacks of them. Weights are named as OpenAI names them. */
import {
  add,
  dim,
  einsum,
  linear,
  mul,
  parameter,
  quickGelu,
  rearrange,
  slice,
  softmax,
  times,
} from '../dsl/index.js'
import type { Dim, DimHandle, MultiplyDims, Tensor } from '../dsl/index.js'
import { layerNormLayer, linearLayer } from './layers.js'

/** The width of a tower, heads × width of a head: that is how it is split, so that is how types name it. */
export interface TowerWidth<H, E> {
  readonly heads: DimHandle<H>
  readonly headWidth: DimHandle<E>
}

/** The tokens of a tower: a batch of B sequences of L. */
export type Tokens<B, L, H, E> = Tensor<[B, L, MultiplyDims<H, E>]>

/**
 * Multi-head self-attention (Vaswani et al. 2017, sec. 3.2.2); query, key and value are one projection,
 * `name.in_proj_weight`. `mask` [L,L] is added to the scores: 0 where a position may look, -∞ where it may not.
 *
 * @example
 * const y = attention('attn', { heads: dim(8), headWidth: dim(64) })(input('x', ['B', 77, 512]))
 */
export const attention = <H extends Dim, E extends Dim>(
  name: string,
  { heads, headWidth }: TowerWidth<H, E>,
) => {
  const width = times(heads, headWidth)
  const packed = times(dim(3), width)
  const scale = 1 / Math.sqrt(Number(headWidth.dim))
  return <B extends Dim, L extends Dim>(x: Tokens<B, L, H, E>, mask?: Tensor<[L, L]>): Tokens<B, L, H, E> => {
    const weight = parameter(`${name}.in_proj_weight`, [packed, width])
    const bias = parameter(`${name}.in_proj_bias`, [packed])
    const projected = linear(x, weight, bias)
    const part = (index: number): Tensor<[B, H, L, E]> =>
      rearrange(slice(projected, 2, index * Number(width.dim), width), 'b l (h e) -> b h l e', {
        h: heads,
        e: headWidth,
      })
    const [queries, keys, values] = [part(0), part(1), part(2)]
    const scores = einsum('b h q e, b h k e -> b h q k', mul(queries, scale), keys)
    const weights = softmax(mask === undefined ? scores : add(scores, mask), -1)
    const mixed = rearrange(einsum('b h q k, b h k e -> b h q e', weights, values), 'b h l e -> b l (h e)')
    return linearLayer(`${name}.out_proj`, width, width)(mixed)
  }
}

/** x + attention(norm(x)), then x + mlp(norm(x)) with a hidden layer four times as wide. */
export const block = <H extends Dim, E extends Dim>(name: string, size: TowerWidth<H, E>) => {
  const width = times(size.heads, size.headWidth)
  const hidden = times(dim(4), width)
  const attend = attention(`${name}.attn`, size)
  return <B extends Dim, L extends Dim>(x: Tokens<B, L, H, E>, mask?: Tensor<[L, L]>): Tokens<B, L, H, E> => {
    const attended = add(x, attend(layerNormLayer(`${name}.ln_1`, width)(x), mask))
    const normal = layerNormLayer(`${name}.ln_2`, width)(attended)
    const inner = quickGelu(linearLayer(`${name}.mlp.c_fc`, width, hidden)(normal))
    return add(attended, linearLayer(`${name}.mlp.c_proj`, hidden, width)(inner))
  }
}

/** A stack of blocks `name.resblocks.0`, ...: the output of every block, the last one last. */
export const transformer =
  <H extends Dim, E extends Dim>(name: string, layers: number, size: TowerWidth<H, E>) =>
  <B extends Dim, L extends Dim>(
    x: Tokens<B, L, H, E>,
    mask?: Tensor<[L, L]>,
  ): readonly Tokens<B, L, H, E>[] =>
    Array.from({ length: layers }, (_, i) => block(`${name}.resblocks.${i}`, size)).reduce<
      readonly Tokens<B, L, H, E>[]
    >((outputs, next) => [...outputs, next(outputs.at(-1) ?? x, mask)], [])
