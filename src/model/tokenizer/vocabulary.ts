/**
 * A byte-pair vocabulary as CLIP lays it out. Token ids, in order: the 256 bytes, the 256 bytes as the last of a word,
 * one token for each merge, start of text, end of text.
 */
import * as E from 'fp-ts/lib/Either.js'
import { charactersInOrder } from './byte-alphabet.js'

/** Two neighbouring tokens that become one, written in the byte alphabet. */
export type Merge = readonly [left: string, right: string]

/** How a token that ends a word is marked. */
export const endOfWord = '</w>'

export const startOfTextName = '<|startoftext|>'
export const endOfTextName = '<|endoftext|>'

/** Ids below this are single bytes; those from here to twice this are bytes that end a word. */
export const byteCount = 256

export interface Vocabulary {
  /** Every token, by id, written in the byte alphabet. As many as the text tower's embedding table has rows. */
  readonly tokens: readonly string[]
  readonly startOfText: number
  readonly endOfText: number
  /** The token that two neighbours become, if they merge. The earlier a merge was learned, the lower its token. */
  readonly merged: (left: number, right: number) => number | undefined
}

/** Why a list of merges is no vocabulary. `merge` counts from 0. */
export type VocabularyError =
  | { readonly tag: 'UnknownHalf'; readonly merge: number; readonly half: string }
  | { readonly tag: 'RepeatedToken'; readonly merge: number; readonly token: string }

/** The error as one line: what is wrong, and where. */
export const explainVocabularyError = (error: VocabularyError): string =>
  error.tag === 'UnknownHalf'
    ? `merge ${error.merge}: '${error.half}' is neither a byte nor made by an earlier merge`
    : `merge ${error.merge}: there is a token '${error.token}' already`

/**
 * The vocabulary of a list of merges, in the order in which they were learned. CLIP's own has 48,894 merges, hence
 * 49,408 tokens; a shorter list gives a smaller vocabulary of the same layout.
 *
 * Fails on a merge whose halves are unknown at its place in the list, or whose token is there already.
 *
 * @example
 * vocabulary([['t', 'h'], ['th', 'e</w>']]) // right: 516 tokens, 512 is 'th', 513 is 'the</w>'
 */
export const vocabulary = (merges: readonly Merge[]): E.Either<VocabularyError, Vocabulary> => {
  const tokens = [...charactersInOrder, ...charactersInOrder.map((character) => character + endOfWord)]
  const ids = new Map(tokens.map((token, id) => [token, id]))
  const mergedIds = new Map<number, number>()
  const size = tokens.length + merges.length + 2
  const pairKey = (left: number, right: number): number => left * size + right
  for (const [merge, [left, right]] of merges.entries()) {
    const leftId = ids.get(left)
    const rightId = ids.get(right)
    if (leftId === undefined) return E.left({ tag: 'UnknownHalf', merge, half: left })
    if (rightId === undefined) return E.left({ tag: 'UnknownHalf', merge, half: right })
    const token = left + right
    if (ids.has(token)) return E.left({ tag: 'RepeatedToken', merge, token })
    ids.set(token, tokens.length)
    mergedIds.set(pairKey(leftId, rightId), tokens.length)
    tokens.push(token)
  }
  return E.right({
    tokens: [...tokens, startOfTextName, endOfTextName],
    startOfText: size - 2,
    endOfText: size - 1,
    merged: (left, right) => mergedIds.get(pairKey(left, right)),
  })
}
