/** Stacks of blocks with tokens that are put in front of them: prompts of several depths. */
import { axis, broadcastTo, concat, expandDims, rename, scope, sized, slice } from '../dsl/index.js'
import type { MultiplyDims, Tensor } from '../dsl/index.js'
import type { Tokens, TowerWidth } from './attention/multi-head-attention.js'
import type { BlockForm } from './block-form.js'
import { openAiBlocks } from './block-form.js'
import type { Causality, Positions } from './transformer.js'
import { block, blockAt, rowAt } from './transformer.js'

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
 * block i + 1. Blocks without a prompt read what the one before made of them. The output of the last block at one position of each
 * sequence.
 */
export const promptedTransformer =
  <H, E>(name: string, layers: number, size: TowerWidth<H, E>, form: BlockForm = openAiBlocks) =>
  <B, L, P>(
    x: Tokens<B, L, H, E>,
    prompts: readonly Tensor<[P, MultiplyDims<H, E>]>[],
    positions: Positions<NoInfer<B>>,
    causality: Causality = {},
  ): Tensor<[B, MultiplyDims<H, E>]> => {
    if (layers === 0) return rowAt(x, positions)
    const prompted = (before: Tokens<B, L, H, E>, i: number): Tokens<B, L, H, E> => {
      const prompt = i === 0 ? undefined : prompts[i - 1]
      return prompt === undefined ? before : withPrompt(before, prompt)
    }
    const inLayer = <T>(i: number, compute: (layer: string) => T): T => {
      const layer = `${name}.resblocks.${i}`
      return scope(layer, () => compute(layer))
    }
    const before = Array.from({ length: layers - 1 }).reduce<Tokens<B, L, H, E>>(
      (tokens, _, i) => inLayer(i, (layer) => block(layer, size, form)(prompted(tokens, i), causality)),
      x,
    )
    return inLayer(layers - 1, (layer) =>
      blockAt(layer, size, form)(prompted(before, layers - 1), positions, causality),
    )
  }
