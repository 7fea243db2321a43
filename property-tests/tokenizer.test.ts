/** Laws of CLIP's tokenizer, on texts of any characters. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeWord } from '../src/model/tokenizer/byte-pair-encoding.js'
import { cleanText } from '../src/model/tokenizer/clean-text.js'
import type { Tokenizer } from '../src/model/tokenizer/tokenizer.js'
import { tokenizer } from '../src/model/tokenizer/tokenizer.js'
import type { Merge } from '../src/model/tokenizer/vocabulary.js'
import { vocabulary } from '../src/model/tokenizer/vocabulary.js'
import { splitWords } from '../src/model/tokenizer/words.js'
import { expectRight } from '../test/expect-either.js'
import { clipTokenizer } from '../test/support/clip-tokenizer.js'

let clip: Tokenizer
beforeAll(async () => {
  clip = await clipTokenizer()
})

/** Texts from all planes, with what the original treats specially, and halves of surrogate pairs. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme-ascii' }),
      fc.constantFrom(
        ' ',
        "'s",
        '&amp;',
        '&#x27;',
        'Ã©',
        '<|startoftext|>',
        '<|endoftext|>',
        '</w>',
        '\ud800',
        'Σ',
        '\t',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

const special = new Set(['<|startoftext|>', '<|endoftext|>'])

/** The words of the cleaned text, as decoding writes them. */
const canonical = (text: string): string =>
  splitWords(cleanText(text))
    .map((word) => (special.has(word) ? word : `${word} `))
    .join('')

describe('a text', () => {
  it('is decoded from its ids to the words of its cleaned form', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(expectRight(clip.decode(clip.encode(text)))).toBe(canonical(text))
      }),
      { numRuns: 500 },
    )
  })

  it('has one start token before its ids and one end token after them in a row', () => {
    fc.assert(
      fc.property(texts, fc.nat(4), (text, padding) => {
        const ids = clip.encode(text)
        const row = expectRight(clip.tokenize(text, ids.length + 2 + padding))
        expect([...row]).toEqual([49_406, ...ids, 49_407, ...Array<number>(padding).fill(0)])
      }),
    )
  })
})

/** Few letters, so that merges meet and overlap. */
const letters = fc.constantFrom('a', 'b', 'c')

/** Merges of tokens that are there, each giving a new one. */
const vocabularies: fc.Arbitrary<readonly Merge[]> = fc
  .array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 })
  .map((choices) =>
    choices.reduce<readonly Merge[]>((merges, [i, j]) => {
      const made = merges.map((halves) => halves.join(''))
      const within = ['a', 'b', 'c', ...made.filter((token) => !token.endsWith('</w>'))]
      const any = [...within, 'a</w>', 'b</w>', 'c</w>', ...made.filter((token) => token.endsWith('</w>'))]
      const merge: Merge = [within[i % within.length] ?? 'a', any[j % any.length] ?? 'a']
      return made.includes(merge.join('')) ? merges : [...merges, merge]
    }, []),
  )

/**
 * Byte-pair encoding by its definition: of all merges in the order of learning, the first that applies is done, over and
 * over; on strings with each token in brackets.
 */
const encodeByReplacement = (merges: readonly Merge[], tokens: string): string => {
  const merge = merges.find((halves) => tokens.includes(bracketed(halves)))
  return merge === undefined
    ? tokens
    : encodeByReplacement(merges, tokens.replaceAll(bracketed(merge), bracketed([merge.join('')])))
}

const bracketed = (tokens: readonly string[]): string => tokens.map((token) => `[${token}]`).join('')

describe('a word', () => {
  it('is merged as the definition says, for any vocabulary', () => {
    fc.assert(
      fc.property(vocabularies, fc.array(letters, { minLength: 1, maxLength: 24 }), (merges, word) => {
        const learned = expectRight(vocabulary(merges))
        const tokens = encodeWord(learned, word.join('')).map((id) => learned.tokens[id] ?? '')
        const bytes = [...word.slice(0, -1), `${word.at(-1) ?? ''}</w>`]
        expect(bracketed(tokens)).toBe(encodeByReplacement(merges, bracketed(bytes)))
      }),
      { numRuns: 1000 },
    )
  })

  it('is merged equally by any tokenizer of its vocabulary', () => {
    fc.assert(
      fc.property(vocabularies, fc.array(letters, { minLength: 1, maxLength: 24 }), (merges, word) => {
        const learned = expectRight(vocabulary(merges))
        expect(tokenizer(learned).encode(word.join(''))).toEqual(encodeWord(learned, word.join('')))
      }),
    )
  })
})
