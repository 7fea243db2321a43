/** Of a vocabulary of tens of thousands, the few tokens that some prompts use: the rest need not be shipped. */
import type { TensorValue } from '../../dsl/values/value.js'
import { pickRows } from '../../dsl/values/rows.js'

interface UsedTokens {
  /** The same prompts, their tokens numbered anew. */
  readonly prompts: TensorValue
  /** The rows of the embedding that they use. */
  readonly embedding: TensorValue
}

/**
 * Prompts and embedding with unused tokens left out. Numbers keep their order: the end of a text, found as its largest
 * token, stays where it is.
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
