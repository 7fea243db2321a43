/** The residual attention block of CLIP's towers, and stacks of them. Weights are named as OpenAI names them. */
import { add, axis, broadcastTo, concat, expandDims, rename, scope, sized, slice } from '../dsl/index.js'
import type { MultiplyDims, Tensor } from '../dsl/index.js'
import type { Tokens, TowerWidth } from './attention/multi-head-attention.js'
import { multiHeadAttention } from './attention/multi-head-attention.js'
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

/** Sequences [B,L,W] with P tokens [P,W] in the place of those after the first. L is a number that is known. */
export const withPrompt = <B, L, W, P>(x: Tensor<[B, L, W]>, prompt: Tensor<[P, W]>): Tensor<[B, L, W]> => {
  const [batch, length, width] = [axis(x, 0), axis(x, 1), axis(x, 2)]
  const count = axis(prompt, 0)
  const after = 1 + Number(count.dim)
  const rest = sized('rest', Number(length.dim) - after)
  const prompts = broadcastTo(expandDims(prompt, 0), [batch, count, width])
  const whole = concat([concat([slice(x, 1, 0, 1), prompts], 1), slice(x, 1, after, rest)], 1)
  return rename(whole, 1, length)
}

/**
 * A stack of blocks as `transformer`, whose tokens 1 to P are others in front of each block but the first: prompt i [P,W] is in front of
 * block i + 1. Blocks without a prompt read what the one before made of them. The output of the last block.
 */
export const promptedTransformer =
  <H, E>(name: string, layers: number, size: TowerWidth<H, E>, form: BlockForm = openAiBlocks) =>
  <B, L, P>(
    x: Tokens<B, L, H, E>,
    prompts: readonly Tensor<[P, MultiplyDims<H, E>]>[],
    masks: SelfAttentionMasks<NoInfer<B>, H, NoInfer<L>> = {},
  ): Tokens<B, L, H, E> =>
    Array.from({ length: layers }, (_, i) => i).reduce((before, i) => {
      const layer = `${name}.resblocks.${i}`
      const prompt = i === 0 ? undefined : prompts[i - 1]
      return scope(layer, () =>
        block(layer, size, form)(prompt === undefined ? before : withPrompt(before, prompt), masks),
      )
    }, x)
