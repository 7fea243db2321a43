/** Text features of prompts `[start] context name . [end]`, whose context is learned. */
import { axis, concat, expandDims, sized, slice, squeeze } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import type { ClassPrompts, TextTower } from '../model/index.js'

/** Features [K,E] of prompts whose context [C,width] all classes share; they hold C placeholders after their first token. */
export const sharedContextTexts = <C>(
  { encodePrompts }: TextTower,
  context: Tensor<[C, 'width']>,
  prompts: ClassPrompts,
): Tensor<['K', 'E']> => squeeze(encodePrompts(expandDims(context, 0), prompts), 0)

/** The same where every class has a context of its own: [K,C,width]. */
export const classContextTexts = <C>(
  { embed, endsOf, encode }: TextTower,
  contexts: Tensor<['K', C, 'width']>,
  { tokens }: ClassPrompts,
): Tensor<['K', 'E']> => {
  const names = embed(tokens)
  const after = 1 + Number(axis(contexts, 1).dim)
  const rest = sized('S', Number(axis(tokens, 1).dim) - after)
  const whole = concat([concat([slice(names, 1, 0, 1), contexts], 1), slice(names, 1, after, rest)], 1)
  return encode(whole, endsOf(tokens))
}
