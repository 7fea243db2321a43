/**
 * The random numbers that programs draw: each is a pure function of a key and of the element's position, the same for any
 * number of elements. They are made for engines whose operators work on whole tensors, in as few and as cheap operators as
 * pass the tests (`engines/onnx/lowering/lower-random.ts` has the measurements).
 *
 * Elements fill the rows of a grid with 256 columns. Every column and every row has two words, a and b, hashed from the key. In
 * row i and column j, with all arithmetic modulo 2^32,
 *
 *     product = (a_i + a_j) (2 (b_i + b_j) + 1)
 *     mixed   = (product xor product >> 16) · 0x21f0aaad
 *     bits    = mixed xor mixed >> 24
 *
 * The second factor is odd, so that the product is as uniform as the first factor. The upper 24 bits of `bits` are those of
 * `mixed`. PractRand 0.94 (stdin32, core tests) finds nothing in the first 2^28 elements of a key, nor in 2^26 elements that
 * are taken column by column, from consecutive keys, or as sums and exclusive ors of the corners of 2 × 2 cells; of `product`
 * alone it rejects 2^20 elements.
 */
import type { RandomKey } from './random-key.js'

/** Columns of the grid. */
export const gridColumns = 256

/** Multipliers and shifts of the hash: 16, 0x21f0aaad, 15, 0x735a2d97, 15 (hash-prospector, by C. Wellons: a bias of 0.108). */
export const hashConstants = { shifts: [16, 15, 15], multipliers: [0x21f0aaad, 0x735a2d97] } as const

const {
  shifts: [firstShift, secondShift, thirdShift],
  multipliers: [firstMultiplier, secondMultiplier],
} = hashConstants

/** A bijection of 32-bit words. */
const hash = (word: number): number => {
  const first = Math.imul(word ^ (word >>> firstShift), firstMultiplier)
  const second = Math.imul(first ^ (first >>> secondShift), secondMultiplier)
  return second ^ (second >>> thirdShift)
}

/** Word `position` of a key. Positions are hashed first, so that keys that differ by little share no sequence of words. */
const wordOf = ([k0, k1]: RandomKey, position: number): number =>
  hash((hash((hash(position) + k0) | 0) + k1) | 0)

/** The words a and b of a line: a column from 0 to 255, or row i as line 256 + i. */
const lineOf = (key: RandomKey, line: number): readonly [a: number, b: number] => [
  wordOf(key, 2 * line),
  wordOf(key, 2 * line + 1),
]

const elementOf = ([rowA, rowB]: readonly [number, number], [a, b]: readonly [number, number]): number => {
  const product = Math.imul(rowA + a, 2 * (rowB + b) + 1)
  const mixed = Math.imul(product ^ (product >>> 16), firstMultiplier)
  return mixed ^ (mixed >>> 24)
}

/** 32 random bits for each of `count` elements, as int32. */
export const gridBits = (key: RandomKey, count: number): Int32Array => {
  const columns = Array.from({ length: gridColumns }, (_, j) => lineOf(key, j))
  const bits = new Int32Array(count)
  for (let start = 0; start < count; start += gridColumns) {
    const row = lineOf(key, gridColumns + start / gridColumns)
    for (const [j, column] of columns.slice(0, count - start).entries()) {
      bits[start + j] = elementOf(row, column)
    }
  }
  return bits
}

const step = 2 ** -24

/** Uniform in [0, 1): the upper 24 bits times 2^-24, exact in float32. */
export const gridUniform = (key: RandomKey, count: number): Float32Array =>
  Float32Array.from(gridBits(key, count), (bits) => (bits >>> 8) * step)

/**
 * Standard normal, by Box and Muller (1958), "A note on the generation of random normal deviates": in each row of uniform
 * numbers u, element j and element 128 + j are sqrt(-2 ln(1 - u_j)) times the cosine and the sine of 2π u_(128 + j).
 */
export const gridNormal = (key: RandomKey, count: number): Float64Array => {
  const half = gridColumns / 2
  const uniform = gridUniform(key, gridColumns * Math.ceil(count / gridColumns))
  return Float64Array.from({ length: count }, (_, element) => {
    const isCosine = element % gridColumns < half
    const radiusAt = isCosine ? element : element - half
    const radius = Math.sqrt(-2 * Math.log(1 - (uniform[radiusAt] ?? 0)))
    const angle = 2 * Math.PI * (uniform[radiusAt + half] ?? 0)
    return radius * (isCosine ? Math.cos(angle) : Math.sin(angle))
  })
}
