/** Features of prompts by their definition: the whole prompt of every image and class through the text tower. */
import { axis, broadcastTo, concat, expandDims, rearrange, sized, slice } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type { ClassPrompts } from './class-prompts.js'
import type { TextTower } from './clip-towers.js'

/**
 * `encodePrompts` for any text tower: contexts [B,C,width] and the prompts of K classes, with C placeholders after their
 * first token, to features [B,K,E]. Nothing is shared: B · K whole texts are encoded, padding included.
 *
 * @example
 * const { text } = openAiTowers(architecture)
 * const features = wholePromptFeatures(text)(input('contexts', ['B', 4, text.width]), prompts) // [B,K,E]
 */
export const wholePromptFeatures =
  ({ embed, endsOf, encode }: Pick<TextTower, 'embed' | 'endsOf' | 'encode'>) =>
  <B, C>(context: Tensor<[B, C, 'width']>, { tokens }: ClassPrompts): Tensor<[B, 'K', 'E']> => {
    const [batch, length, width] = [axis(context, 0), axis(context, 1), axis(context, 2)]
    const count = axis(tokens, 0)
    const before = 1 + Number(length.dim)
    const endingLength = sized('S', Number(axis(tokens, 1).dim) - before)
    const written = embed(tokens)
    const start = broadcastTo(slice(written, 1, 0, 1), [batch, count, 1, width])
    const middle = broadcastTo(expandDims(context, 1), [batch, count, length, width])
    const ending = slice(written, 1, before, endingLength)
    const end = broadcastTo(ending, [batch, count, endingLength, width])
    const prompts = concat([start, middle, end], 2)
    const ends = broadcastTo(endsOf(tokens), [batch, count])
    const encoded = encode(rearrange(prompts, 'b k t d -> (b k) t d'), rearrange(ends, 'b k -> (b k)'))
    return rearrange(encoded, '(b k) e -> b k e', { b: batch, k: count })
  }
