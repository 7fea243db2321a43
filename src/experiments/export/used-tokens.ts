/** Reducing a vocabulary to the tokens that some prompts use, so that a model holds no others. */
import type { TensorValue } from '../../values/value.js'
import { pickRows } from '../../values/rows.js'

interface UsedTokens {
  /** The same prompts, their tokens numbered anew. */
  readonly prompts: TensorValue
  /** The rows of the embedding that they use. */
  readonly embedding: TensorValue
}

/**
 * Prompts and embedding without unused tokens. Numbers keep their order, so the end of a text is still its largest token.
 */
export const usedTokens = (prompts: TensorValue, embedding: TensorValue): UsedTokens => {
  const used = [...new Set(prompts.data)].toSorted((a, b) => a - b)
  const numbers = new Map(used.map((token, number) => [token, number]))
  return {
    prompts: {
      dtype: 'i32',
      shape: prompts.shape,
      data: Int32Array.from(prompts.data, (token) => numbers.get(token) ?? 0),
    },
    embedding: pickRows(embedding, used),
  }
}
