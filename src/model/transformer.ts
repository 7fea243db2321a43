/** The residual attention block of CLIP's towers, and stacks of them. Weights are named as OpenAI names them. */
import { add, axis, expandDims, iota, less, scalar, scope, squeeze, takeRow, where } from '../dsl/index.js'
import type { MultiplyDims, Tensor } from '../dsl/index.js'
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

/** Whether each position attends to itself and to earlier ones alone. */
export interface Causality {
  readonly causal?: boolean
}

/**
 * The output [B,W] of `block` at one position of each sequence, `positions` [B]. Keys and values are those of all tokens; queries, and all
 * that follows from them, are computed where they are read.
 */
export const blockAt = <H, E>(name: string, size: TowerWidth<H, E>, form: BlockForm = openAiBlocks) => {
  const attend = multiHeadCrossAttention(`${name}.attn`, size)
  const normalise = attentionNorm(name, size, form)
  const feed = feedForward(name, size, form)
  return <B, L>(
    x: Tokens<B, L, H, E>,
    positions: Tensor<[B], 'i32'>,
    { causal = false }: Causality = {},
  ): Tensor<[B, MultiplyDims<H, E>]> => {
    const normalised = normalise(x)
    const later = less(expandDims(positions, 1), iota([axis(x, 0), axis(x, 1)], 1))
    const masks = causal
      ? { mask: expandDims(expandDims(where(later, scalar(-Infinity), scalar(0)), 1), 1) }
      : {}
    const read = attend(expandDims(takeRow(normalised, positions), 1), normalised, masks)
    return squeeze(feed(add(expandDims(takeRow(x, positions), 1), read)), 1)
  }
}

/** The output of `transformer` at one position of each sequence, `positions` [B]: the last block computes no other. */
export const transformerAt =
  <H, E>(name: string, layers: number, size: TowerWidth<H, E>, form: BlockForm = openAiBlocks) =>
  <B, L>(
    x: Tokens<B, L, H, E>,
    positions: Tensor<[NoInfer<B>], 'i32'>,
    causality: Causality = {},
  ): Tensor<[B, MultiplyDims<H, E>]> => {
    if (layers === 0) return takeRow(x, positions)
    const before = transformer(name, layers - 1, size, form)<B, L>(x, causality).at(-1) ?? x
    const last = `${name}.resblocks.${layers - 1}`
    return scope(last, () => blockAt(last, size, form)(before, positions, causality))
  }
