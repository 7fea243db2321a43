/** The prompts of classes as token ids. */
import type { Tensor } from '../../dsl/index.js'

/** Prompts of K classes, one row each: `[start] context name [end]`, with a placeholder for every token of the context. */
export interface ClassPrompts {
  /** Token ids [K,X]. What follows the end of a text is padding. */
  readonly tokens: Tensor<['K', 'X'], 'i32'>
  /**
   * Tokens of each class's prompt, start and end included, if they are known when the program is built: K is then the
   * number of lengths, and no padding is computed. Without them all X positions are computed, to the same result.
   */
  readonly lengths?: readonly number[] | undefined
}
