/** The words of a template as a context of prompts: their embeddings as a tensor, and as values. */
import { sized, slice } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type { TensorValue } from '../../values/value.js'
import type { ClassPrompts } from './class-prompts.js'
import type { TextTower } from './clip-towers.js'

/**
 * The embeddings [1,words,width] of a template's words before the name of the class. All classes have the same words:
 * they are read from the first prompt.
 */
export const templateContext =
  ({ embed }: Pick<TextTower, 'embed'>, words: number) =>
  ({ tokens }: ClassPrompts): Tensor<[1, 'words', 'width']> =>
    embed(slice(slice(tokens, 0, 0, 1), 1, 1, sized('words', words)))

/**
 * The same embeddings [words,width] as values: rows of the embedding table [tokens,width], for the first of the prompts'
 * token rows [K,X].
 */
export const initialTemplateContext = (
  table: TensorValue | undefined,
  promptRows: TensorValue,
  words: number,
): TensorValue => {
  const width = table?.shape[1] ?? 0
  const data = new Float32Array(words * width)
  promptRows.data
    .slice(1, 1 + words)
    .forEach((token, word) =>
      data.set(table?.data.subarray(token * width, (token + 1) * width) ?? [], word * width),
    )
  return { dtype: 'f32', shape: [words, width], data }
}
