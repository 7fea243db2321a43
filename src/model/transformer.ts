/** The residual attention block of CLIP's towers, and stacks of them. Weights are named as OpenAI names them. */
import {
  add,
  axis,
  expandDims,
  full,
  iota,
  less,
  scalar,
  scope,
  select,
  squeeze,
  takeRow,
  where,
} from '../dsl/index.js'
import type { DimHandle, MultiplyDims, Tensor } from '../dsl/index.js'
import type { Tokens, TowerWidth } from './attention/multi-head-attention.js'
import { multiHeadAttention, multiHeadCrossAttention } from './attention/multi-head-attention.js'
import type { SelfAttentionMasks } from './attention/scaled-dot-product-attention.js'
import type { BlockForm } from './block-form.js'
import { openAiBlocks } from './block-form.js'
import { attentionNorm, feedForward } from './block-parts.js'

/** x + attention(norm(x)), then x + mlp(norm(x)) with a hidden layer four times as wide. OpenAI's form unless another is given. */
export const block = <H, E>(name: string, size: TowerWidth<H, E>, form: BlockForm = openAiBlocks) => {
  const attend = multiHeadAttention(`${name}.attn`, size)
  const normalise = attentionNorm(name, size, form)
  const feed = feedForward(name, size, form)
  return <B, L>(
    x: Tokens<B, L, H, E>,
    masks: SelfAttentionMasks<NoInfer<B>, H, NoInfer<L>> = {},
  ): Tokens<B, L, H, E> => feed(add(x, attend(normalise(x), masks)))
}

/** A stack of blocks `name.resblocks.0`, ..., each a scope of its name: the output of every block, the last one last. */
export const transformer =
  <H, E>(name: string, layers: number, size: TowerWidth<H, E>, form: BlockForm = openAiBlocks) =>
  <B, L>(
    x: Tokens<B, L, H, E>,
    masks: SelfAttentionMasks<NoInfer<B>, H, NoInfer<L>> = {},
  ): readonly Tokens<B, L, H, E>[] =>
    Array.from({ length: layers }, (_, i) => `${name}.resblocks.${i}`).reduce<readonly Tokens<B, L, H, E>[]>(
      (outputs, layer) => [
        ...outputs,
        scope(layer, () => block(layer, size, form)(outputs.at(-1) ?? x, masks)),
      ],
      [],
    )

/** Where each sequence is read: at one position in all of them, or at one of its own. */
export type Positions<B> = number | Tensor<[B], 'i32'>

/** Sequences [B,L,W] at their positions: [B,W]. */
export const rowAt = <B, L, W>(x: Tensor<[B, L, W]>, positions: Positions<B>): Tensor<[B, W]> =>
  typeof positions === 'number' ? select(x, 1, positions) : takeRow(x, positions)

/** Whether each position attends to itself and to earlier ones alone. */
export interface Causality {
  readonly causal?: boolean
}

/** Added to the scores [B,1,1,L] of queries at these positions: -∞ at later ones. */
const laterMask = <B, L>(
  sizes: readonly [DimHandle<B>, DimHandle<L>],
  positions: Positions<B>,
): Tensor<[B, 1, 1, L]> => {
  const own = typeof positions === 'number' ? full([sizes[0]], positions, 'i32') : positions
  const later = less(expandDims(own, 1), iota(sizes, 1))
  return expandDims(expandDims(where(later, scalar(-Infinity), scalar(0)), 1), 1)
}

/**
 * The output [B,W] of `block` at one position of each sequence. Keys and values are those of all tokens; queries, and all
 * that follows from them, are computed where they are read.
 */
export const blockAt = <H, E>(name: string, size: TowerWidth<H, E>, form: BlockForm = openAiBlocks) => {
  const attend = multiHeadCrossAttention(`${name}.attn`, size)
  const normalise = attentionNorm(name, size, form)
  const feed = feedForward(name, size, form)
  return <B, L>(
    x: Tokens<B, L, H, E>,
    positions: Positions<B>,
    { causal = false }: Causality = {},
  ): Tensor<[B, MultiplyDims<H, E>]> => {
    const normalised = normalise(x)
    const masks = causal ? { mask: laterMask([axis(x, 0), axis(x, 1)], positions) } : {}
    const read = attend(expandDims(rowAt(normalised, positions), 1), normalised, masks)
    return squeeze(feed(add(expandDims(rowAt(x, positions), 1), read)), 1)
  }
}

/** The output of `transformer` at one position of each sequence: the last block computes no other. */
export const transformerAt =
  <H, E>(name: string, layers: number, size: TowerWidth<H, E>, form: BlockForm = openAiBlocks) =>
  <B, L>(
    x: Tokens<B, L, H, E>,
    positions: Positions<NoInfer<B>>,
    causality: Causality = {},
  ): Tensor<[B, MultiplyDims<H, E>]> => {
    if (layers === 0) return rowAt(x, positions)
    const before = transformer(name, layers - 1, size, form)<B, L>(x, causality).at(-1) ?? x
    const last = `${name}.resblocks.${layers - 1}`
    return scope(last, () => blockAt(last, size, form)(before, positions, causality))
  }
