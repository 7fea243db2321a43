/** A template's words as a context of prompts: their embeddings as a tensor, and as values. */
import { sized, slice } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type { TensorValue } from '../../dsl/values/value.js'
import type { TextWidth } from '../clip/architecture.js'
import type { TextTower } from './clip-towers.js'
import type { ClassPrompts } from './prompt-features.js'

/**
 * The embeddings [1,words,width] of a template's words before the name of the class. All classes have the same: those
 * of the first are read.
 */
export const templateContext =
  ({ embed }: Pick<TextTower, 'embed'>, words: number) =>
  (prompts: ClassPrompts): Tensor<[1, 'words', TextWidth]> =>
    embed(slice(slice(prompts, 0, 0, 1), 1, 1, sized('words', words)))

/** The words' embeddings [words,width] as values: those of `prompts`' first row, of a table [tokens,width]. */
export const initialTemplateContext = (
  table: TensorValue | undefined,
  prompts: TensorValue,
  words: number,
): TensorValue => {
  const width = table?.shape[1] ?? 0
  const data = new Float32Array(words * width)
  prompts.data
    .slice(1, 1 + words)
    .forEach((token, word) =>
      data.set(table?.data.subarray(token * width, (token + 1) * width) ?? [], word * width),
    )
  return { dtype: 'f32', shape: [words, width], data }
}
