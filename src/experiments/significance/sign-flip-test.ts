/**
 * The sign-flip permutation test of paired differences (Fisher 1935, "The design of experiments", sec. 21). Pure.
 *
 * Where two things do equally well, a difference is as likely with one sign as with the other. The p-value is the share of all choices of
 * signs whose mean is as far from 0 as the mean that was found.
 */
import { foldIn, keyFromSeed, randomBits } from '../../values/random-key.js'

/** Up to this many differences all choices of signs are tried, 65,536 at most; of more, as many are drawn. */
const mostExact = 16
const drawn = 2 ** mostExact

/** The sums of the differences under all choices of signs. */
const allSums = (differences: readonly number[]): readonly number[] =>
  differences.reduce<readonly number[]>(
    (sums, difference) => [...sums.map((sum) => sum + difference), ...sums.map((sum) => sum - difference)],
    [0],
  )

/** The sums under drawn signs: the same for the same number of differences. */
const drawnSums = (differences: readonly number[]): readonly number[] => {
  const words = Math.ceil(differences.length / 32)
  const bits = randomBits(foldIn(keyFromSeed(1), differences.length), drawn * words)
  return Array.from({ length: drawn }, (_, draw) =>
    differences.reduce((sum, difference, i) => {
      const word = bits[draw * words + Math.floor(i / 32)] ?? 0
      return ((word >>> (i % 32)) & 1) === 0 ? sum + difference : sum - difference
    }, 0),
  )
}

/**
 * The two-sided p-value of a mean of paired differences: exact for up to 16 of them; for more from 65,536 drawn choices of signs, with that
 * which was found counted among them (Phipson and Smyth 2010), so that it is never 0. The smallest p of n differences is 2 / 2^n. `undefined`
 * of none.
 *
 * @example
 * signFlipTest([1, 2, 3]) // 0.25: two of eight choices, all plus and all minus
 */
export const signFlipTest = (differences: readonly number[]): number | undefined => {
  if (differences.length === 0) return undefined
  const found = Math.abs(differences.reduce((sum, difference) => sum + difference, 0))
  // Equal sums that were added in another order differ in their last bits.
  const least = found - 1e-12 * differences.reduce((sum, difference) => sum + Math.abs(difference), 0)
  const asFar = (sums: readonly number[]): number => sums.filter((sum) => Math.abs(sum) >= least).length
  return differences.length <= mostExact
    ? asFar(allSums(differences)) / 2 ** differences.length
    : (asFar(drawnSums(differences)) + 1) / (drawn + 1)
}
