/**
 * Statistics of random words. Each is a standard normal deviate if words are independent and uniform: the number of standard
 * deviations by which a count, a mean or a correlation is off, the largest one where there are several.
 */
import type { RandomKey } from '../../src/values/random-key.js'

export type Draw = (key: RandomKey, count: number) => Int32Array

const largest = (deviates: readonly number[]): number =>
  deviates.reduce((most, deviate) => Math.max(most, Math.abs(deviate)), 0)

const bitsOfWord = Array.from({ length: 32 }, (_, bit) => bit)

const onesAt = (words: Int32Array, bit: number): number =>
  words.reduce((ones, word) => ones + ((word >>> bit) & 1), 0)

/** How often each of the 32 bits is set. */
export const bitBalance = (words: Int32Array): number =>
  largest(bitsOfWord.map((bit) => (onesAt(words, bit) - words.length / 2) / Math.sqrt(words.length / 4)))

/** How even the counts of the 256 values of a byte are, for each of the four bytes: chi squared with 255 degrees of freedom. */
export const byteUniformity = (words: Int32Array): number =>
  largest(
    [0, 8, 16, 24].map((shift) => {
      const counts = new Int32Array(256)
      for (const word of words) {
        const byte = (word >>> shift) & 255
        counts[byte] = (counts[byte] ?? 0) + 1
      }
      const expected = words.length / 256
      const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
      return (chiSquared - 255) / Math.sqrt(2 * 255)
    }),
  )

const centred = (word: number): number => (word + 0.5) * 2 ** -31

/** The correlation of words with those at a distance. Words have a variance of 1/3. */
export const serialCorrelation = (words: Int32Array, distance: number): number => {
  const pairs = words.length - distance
  let sum = 0
  for (let i = 0; i < pairs; i += 1) sum += centred(words[i] ?? 0) * centred(words[i + distance] ?? 0)
  return (3 * sum) / Math.sqrt(pairs)
}

/** Pairs of equal words: n² / 2^33 of them are expected, a Poisson number. No pair at all is as bad as too many. */
export const birthdays = (words: Int32Array): number => {
  const sorted = words.toSorted()
  const pairs = sorted.reduce((found, word, i) => found + Number(i > 0 && word === sorted[i - 1]), 0)
  const expected = words.length ** 2 / 2 ** 33
  return (pairs - expected) / Math.sqrt(expected)
}

/** How often each bit is set in the exclusive or of the four corners of cells, for words in rows of this width. */
export const cornerBalance = (words: Int32Array, width: number): number => {
  const corners: number[] = []
  for (let row = 0; row + width < words.length; row += 2 * width) {
    for (let at = row; at < row + width; at += 2) {
      const [a = 0, z = 0, c = 0, d = 0] = [at, at + 1, at + width, at + width + 1].map((i) => words[i])
      corners.push(a ^ z ^ c ^ d)
    }
  }
  return bitBalance(Int32Array.from(corners))
}

/** How many bits of the words change with each of the 64 bits of the key. */
export const avalanche = (draw: Draw, [k0, k1]: RandomKey, count: number): number => {
  const words = draw([k0, k1], count)
  const changed = (key: RandomKey): number => {
    const others = draw(key, count)
    const differences = words.map((word, i) => word ^ (others[i] ?? 0))
    const ones = bitsOfWord.reduce((sum, bit) => sum + onesAt(differences, bit), 0)
    return (ones - 16 * count) / Math.sqrt(8 * count)
  }
  return largest(
    bitsOfWord.flatMap((bit) => [changed([k0 ^ (1 << bit), k1]), changed([k0, k1 ^ (1 << bit)])]),
  )
}
