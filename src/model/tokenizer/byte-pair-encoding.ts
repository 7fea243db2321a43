/** Byte-pair encoding of a word (Sennrich, Haddow & Birch 2016, algorithm 1), over bytes, in token ids. */
import { bytesInOrder } from './byte-alphabet.js'
import type { Vocabulary } from './vocabulary.js'
import { byteCount } from './vocabulary.js'

/**
 * The tokens of one word: its bytes in UTF-8, the last one marked as the word's end; then, as long as any two
 * neighbours merge, the merge that was learned first is done wherever it applies, from left to right.
 */
export const encodeWord = (vocabulary: Vocabulary, word: string): readonly number[] => {
  let tokens = bytesAsTokens(word)
  for (;;) {
    const candidates = mergesOfNeighbours(vocabulary, tokens)
    const earliest = candidates.reduce((least, candidate) => Math.min(least, candidate), noMerge)
    if (earliest === noMerge) return tokens
    tokens = applyMerge(tokens, candidates, earliest)
  }
}

const noMerge = Infinity

const bytesAsTokens = (word: string): readonly number[] => {
  const bytes = new TextEncoder().encode(word)
  const last = bytes.length - 1
  return Array.from(
    bytes,
    (byte, position) => bytesInOrder.indexOf(byte) + (position === last ? byteCount : 0),
  )
}

/** For each token, what it becomes together with the next one, or `noMerge`. */
const mergesOfNeighbours = ({ merged }: Vocabulary, tokens: readonly number[]): readonly number[] =>
  tokens.map((left, position) => {
    const right = tokens[position + 1]
    return (right === undefined ? undefined : merged(left, right)) ?? noMerge
  })

/** Puts `merge` in place of every pair that gives it; of two pairs that overlap, the left one is taken. */
const applyMerge = (
  tokens: readonly number[],
  candidates: readonly number[],
  merge: number,
): readonly number[] => {
  const result: number[] = []
  let isRightHalf = false
  for (const [position, token] of tokens.entries()) {
    const isLeftHalf: boolean = !isRightHalf && candidates[position] === merge
    if (!isRightHalf) result.push(isLeftHalf ? merge : token)
    isRightHalf = isLeftHalf
  }
  return result
}
