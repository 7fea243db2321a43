/** A context that starts as the words of a template, to which learned tokens are added. */
import { add, axis, broadcastTo, einsum, parameter, sized } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type { TextTower } from '../../model/towers/clip-towers.js'
import type { ClassPrompts } from '../../model/towers/class-prompts.js'
import { templateContext } from '../../model/towers/template-context.js'
import { templateMixing } from './initial-prompt-learner.js'

/**
 * Learned tokens [B,N,width], mixed by a layer of their own for every word and added to its embedding. While that layer
 * is zero, the prompts are the template's: what is predicted from them is what zero-shot CLIP predicts.
 */
export const addToTemplate = (tower: Pick<TextTower, 'embed' | 'width'>, words: number) => {
  const context = templateContext(tower, words)
  return <B, N>(
    tokens: Tensor<[B, N, 'width']>,
    classPrompts: ClassPrompts,
  ): Tensor<[B, 'words', 'width']> => {
    const [batch, count] = [axis(tokens, 0), axis(tokens, 1)]
    const mixing = parameter(templateMixing, [sized('words', words), count])
    const added = einsum('c n, b n d -> b c d', mixing, tokens)
    return add(broadcastTo(context(classPrompts), [batch, sized('words', words), tower.width]), added)
  }
}
