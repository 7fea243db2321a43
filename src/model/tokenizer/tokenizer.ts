/** CLIP's tokenizer: texts to token ids and back, and the padded rows that the text tower reads. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { match } from 'ts-pattern'
import type { TensorValue } from '../../values/value.js'
import { bytesInOrder, charactersInOrder } from './byte-alphabet.js'
import { encodeWord } from './byte-pair-encoding.js'
import { cleanText } from './clean-text.js'
import type { Vocabulary } from './vocabulary.js'
import { endOfTextName, endOfWord, startOfTextName } from './vocabulary.js'
import { splitWords } from './words.js'

/** Text positions of every CLIP that OpenAI released. */
export const clipContextLength = 77

/** Token ids, one text a row: i32 `[K, T]`. */
export type TokenRows = Extract<TensorValue, { readonly dtype: 'i32' }>

export type TokenizerError =
  | {
      readonly tag: 'TextTooLong'
      readonly text: string
      readonly tokens: number
      readonly contextLength: number
    }
  | { readonly tag: 'InvalidContextLength'; readonly contextLength: number }
  | { readonly tag: 'UnknownToken'; readonly id: number; readonly position: number; readonly size: number }

/** The most tokens of a context: a row of so many numbers is made for each text. */
const longestContext = 2 ** 20

/** The error as one line: what is wrong, where, and what to do. */
export const explainTokenizerError = (error: TokenizerError): string =>
  match(error)
    .with(
      { tag: 'TextTooLong' },
      ({ text, tokens, contextLength }) =>
        `'${text}' takes ${tokens} tokens, its start and end included, and the context has ${contextLength}; shorten the text`,
    )
    .with(
      { tag: 'InvalidContextLength' },
      ({ contextLength }) =>
        `a context of ${contextLength} tokens; give an integer of at least 2, room for a text's start and end, and at most ${longestContext}`,
    )
    .with(
      { tag: 'UnknownToken' },
      ({ id, position, size }) =>
        `token ${id} at position ${position}; the vocabulary has ids from 0 to ${size - 1}`,
    )
    .exhaustive()

export interface Tokenizer {
  readonly vocabulary: Vocabulary
  /** The ids of a text, which is cleaned first (see `cleanText`); without start and end. Every string has ids. */
  readonly encode: (text: string) => readonly number[]
  /**
   * The text of some ids, a space after each word; bytes that are no UTF-8 become U+FFFD. From what `encode` gives, it
   * makes the words of the cleaned text again. Fails on an id that the vocabulary does not have.
   */
  readonly decode: (ids: readonly number[]) => E.Either<TokenizerError, string>
  /**
   * Start of text, the ids, end of text, zeros: `contextLength` numbers in all. Fails on a text that does not fit,
   * and on a context length that is no integer, less than 2, or more than 2^20.
   */
  readonly tokenize: (text: string, contextLength: number) => E.Either<TokenizerError, Int32Array>
  /** The same for several texts: `[texts.length, contextLength]`. Fails as `tokenize` does on the first that fails. */
  readonly tokenizeAll: (
    texts: readonly string[],
    contextLength: number,
  ) => E.Either<TokenizerError, TokenRows>
}

/**
 * The tokenizer of a vocabulary. With CLIP's vocabulary it gives the original's ids (openai/CLIP,
 * `simple_tokenizer.py`) for any text.
 *
 * @example
 * const { encode } = tokenizer(clipVocabulary)
 * encode('a photo of a dog') // [320, 1125, 539, 320, 1929]
 */
export const tokenizer = (vocabulary: Vocabulary): Tokenizer => {
  const { tokens, startOfText, endOfText } = vocabulary
  const specialIds = new Map([
    [startOfTextName, startOfText],
    [endOfTextName, endOfText],
  ])

  const encode = (text: string): readonly number[] =>
    splitWords(cleanText(text)).flatMap((word) => specialIds.get(word) ?? encodeWord(vocabulary, word))

  const decode = (ids: readonly number[]): E.Either<TokenizerError, string> =>
    pipe(
      ids,
      E.traverseArrayWithIndex((position, id) =>
        E.fromNullable<TokenizerError>({ tag: 'UnknownToken', id, position, size: tokens.length })(
          tokens[id],
        ),
      ),
      E.map((spelled) => fromByteAlphabet(spelled.join('').replaceAll(endOfWord, ' '))),
    )

  const tokenize = (text: string, contextLength: number): E.Either<TokenizerError, Int32Array> => {
    if (!Number.isInteger(contextLength) || contextLength < 2 || contextLength > longestContext)
      return E.left({ tag: 'InvalidContextLength', contextLength })
    const ids = [startOfText, ...encode(text), endOfText]
    return ids.length > contextLength
      ? E.left({ tag: 'TextTooLong', text, tokens: ids.length, contextLength })
      : E.right(Int32Array.from({ length: contextLength }, (_, position) => ids[position] ?? 0))
  }

  const tokenizeAll = (
    texts: readonly string[],
    contextLength: number,
  ): E.Either<TokenizerError, TokenRows> =>
    pipe(
      texts,
      E.traverseArray((text) => tokenize(text, contextLength)),
      E.map((rows) => ({
        dtype: 'i32',
        shape: [texts.length, contextLength],
        data: Int32Array.from(rows.flatMap((row) => [...row])),
      })),
    )

  return { vocabulary, encode, decode, tokenize, tokenizeAll }
}

const byteOfCharacter = new Map(charactersInOrder.map((character, place) => [character, bytesInOrder[place]]))

/** The text whose UTF-8 is written in the byte alphabet. A space is outside the alphabet, and stands for itself. */
const fromByteAlphabet = (written: string): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(Array.from(written, (character) => byteOfCharacter.get(character) ?? 0x20)),
  )
