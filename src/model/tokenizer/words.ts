/** How CLIP splits a cleaned text into words, the units within which byte pairs merge. */

/**
 * The original's pattern (openai/CLIP, `simple_tokenizer.py`), which ignores case after the text was lower-cased. That
 * leaves two traces, both written out here: the long s still counts as an s, and U+0345, whose upper case is a letter
 * though it is not a letter itself, belongs to no class and is dropped.
 */
const word =
  /<\|[sſ]tartoftext\|>|<\|endoftext\|>|'(?:[sſ]|t|re|ve|m|ll|d)|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}\u0345]+/gu

/**
 * Runs of letters, single digits, runs of anything else that is no whitespace, English contractions, and the two
 * special tokens.
 *
 * @example
 * splitWords("the fox's 3.14!") // ['the', 'fox', "'s", '3', '.', '1', '4', '!']
 */
export const splitWords = (cleaned: string): readonly string[] => cleaned.match(word) ?? []
