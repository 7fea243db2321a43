/** CLIP's tokenizer for a command that needs it. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { loadClipVocabulary } from '../formats/clip-vocabulary.js'
import type { Tokenizer } from '../model/tokenizer/tokenizer.js'
import { tokenizer } from '../model/tokenizer/tokenizer.js'
import { failWith } from './run-effect.js'

/** Loads the vocabulary and goes on with its tokenizer, or says why there is none. */
export const withTokenizer = async (
  command: Command,
  use: (of: Tokenizer) => Promise<void>,
): Promise<void> => {
  const vocabulary = await loadClipVocabulary()
  if (E.isLeft(vocabulary)) failWith(command, vocabulary.left)
  else await use(tokenizer(vocabulary.right))
}
