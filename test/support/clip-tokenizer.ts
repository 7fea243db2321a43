/** CLIP's tokenizer with CLIP's vocabulary, for tests. */
import { loadClipVocabulary } from '../../src/formats/clip-vocabulary.js'
import type { Tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import { tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import { expectRight } from '../expect-either.js'

export const clipTokenizer = async (): Promise<Tokenizer> =>
  tokenizer(expectRight(await loadClipVocabulary()))
