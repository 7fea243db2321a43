/** The residual attention block of CLIP's towers, and stacks of them. Weights are named as OpenAI names them. */
import { add, scope } from '../dsl/index.js'
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
