/** Vocabularies made of merges, small enough to check by eye. */
import { describe, expect, it } from 'vitest'
import { tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import type { Merge } from '../../src/model/tokenizer/vocabulary.js'
import { explainVocabularyError, vocabulary } from '../../src/model/tokenizer/vocabulary.js'
import { expectLeft, expectRight } from '../expect-either.js'

const encode = (merges: readonly Merge[], text: string): readonly string[] => {
  const { tokens } = expectRight(vocabulary(merges))
  return tokenizer(expectRight(vocabulary(merges)))
    .encode(text)
    .map((id) => tokens[id] ?? 'none')
}

describe('a vocabulary', () => {
  it('has the bytes, the bytes that end a word, the merges, start and end', () => {
    const { tokens, startOfText, endOfText } = expectRight(
      vocabulary([
        ['t', 'h'],
        ['th', 'e</w>'],
      ]),
    )
    expect(tokens).toHaveLength(516)
    expect(new Set(tokens).size).toBe(516)
    expect([tokens[0], tokens[187], tokens[188], tokens[255]]).toEqual(['!', 'ÿ', 'Ā', 'Ń'])
    expect([tokens[256], tokens[511]]).toEqual(['!</w>', 'Ń</w>'])
    expect(tokens.slice(512)).toEqual(['th', 'the</w>', '<|startoftext|>', '<|endoftext|>'])
    expect([startOfText, endOfText]).toEqual([514, 515])
  })

  it('may have no merges: a text is its bytes', () => {
    expect(encode([], 'A é')).toEqual(['a</w>', 'Ã', '©</w>'])
  })

  it('applies the merge that was learned first, wherever it occurs in the word', () => {
    const merges: readonly Merge[] = [
      ['b', 'c</w>'],
      ['a', 'b'],
    ]
    expect(encode(merges, 'abc')).toEqual(['a', 'bc</w>'])
    expect(encode(merges.toReversed(), 'abc')).toEqual(['ab', 'c</w>'])
  })

  it('merges from the left where pairs overlap', () => {
    expect(encode([['a', 'a']], 'aaaab aaab')).toEqual(['aa', 'aa', 'b</w>', 'aa', 'a', 'b</w>'])
  })

  it('distinguishes the end of a word: a merge at the end does not apply within it', () => {
    expect(encode([['a', 'b</w>']], 'abab')).toEqual(['a', 'b', 'ab</w>'])
  })

  it.each<{ readonly merges: readonly Merge[]; readonly message: string }>([
    { merges: [['th', 'e']], message: "merge 0: 'th' is neither a byte nor made by an earlier merge" },
    {
      merges: [
        ['t', 'h'],
        ['t', 'ha'],
      ],
      message: "merge 1: 'ha' is neither a byte nor made by an earlier merge",
    },
    { merges: [['', 'a']], message: "merge 0: '' is neither a byte nor made by an earlier merge" },
    {
      merges: [
        ['a', 'b'],
        ['b', 'c'],
        ['ab', 'c'],
        ['a', 'bc'],
      ],
      message: "merge 3: there is a token 'abc' already",
    },
  ])('is refused: $message', ({ merges, message }) => {
    expect(explainVocabularyError(expectLeft(vocabulary(merges)))).toBe(message)
  })
})
