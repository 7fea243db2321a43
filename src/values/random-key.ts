/**
 * Random numbers as a pure function of a key, which can be split (Threefry-2x32, Salmon et al. 2011, "Parallel random
 * numbers: as easy as 1, 2, 3"). Programs draw theirs from another function of a key (`random-grid.ts`).
 */

/** Two 32-bit words. */
export type RandomKey = readonly [number, number]

const rotations: readonly (readonly number[])[] = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
]
const parity = 0x1bd11bda

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

/** The block cipher Threefry-2x32 with 20 rounds, applied to a counter of two words. */
export const threefry = ([k0, k1]: RandomKey, [c0, c1]: RandomKey): RandomKey => {
  const keys = [k0, k1, k0 ^ k1 ^ parity]
  const word = (i: number): number => keys[i % 3] ?? 0
  let x0 = (c0 + k0) | 0
  let x1 = (c1 + k1) | 0
  for (let group = 0; group < 5; group += 1) {
    for (const by of rotations[group % 2] ?? []) {
      x0 = (x0 + x1) | 0
      x1 = rotate(x1, by) ^ x0
    }
    x0 = (x0 + word(group + 1)) | 0
    x1 = (x1 + word(group + 2) + group + 1) | 0
  }
  return [x0, x1]
}

/** A key from a seed: any whole number up to 2^53. */
export const keyFromSeed = (seed: number): RandomKey => [Math.floor(seed / 2 ** 32) | 0, seed | 0]

/** A new key from a key and a number, different for each number: `foldIn(key, epoch)`. */
export const foldIn = (key: RandomKey, data: number): RandomKey => threefry(key, [0x5eed, data | 0])

/** `count` keys, independent of each other and of the numbers drawn with `key`. */
export const splitKey = (key: RandomKey, count: number): readonly RandomKey[] =>
  Array.from({ length: count }, (_, i) => foldIn(key, i))

/** 32 random bits per element, as int32: element i is the first word of the cipher at counter [0, i]. */
export const randomBits = (key: RandomKey, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => threefry(key, [0, i])[0])

/** Uniform in [0, 1): the upper 24 bits times 2^-24, exact in float32. */
export const uniform = (key: RandomKey, count: number): Float32Array =>
  Float32Array.from(randomBits(key, count), (bits) => (bits >>> 8) * 2 ** -24)

/** Standard normal, by Box and Muller (1958). */
export const normal = (key: RandomKey, count: number): Float32Array => {
  const [radius0 = 0, radius1 = 0, angle0 = 0, angle1 = 0] = randomBits(key, 4)
  const radii = uniform([radius0, radius1], count)
  const angles = uniform([angle0, angle1], count)
  return radii.map((u, i) => Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * (angles[i] ?? 0)))
}

/**
 * Uniform whole numbers from `least` to `end` - 1. In a range of n numbers, probabilities differ by less than n / 2^32
 * of their value.
 */
export const integers = (key: RandomKey, count: number, least: number, end: number): Int32Array =>
  randomBits(key, count).map((bits) => least + Math.floor(((bits >>> 0) * (end - least)) / 2 ** 32))

/** 0 ... count - 1 in random order (Fisher and Yates). */
export const permutation = (key: RandomKey, count: number): readonly number[] => {
  const order = Array.from({ length: count }, (_, i) => i)
  const draws = randomBits(key, count)
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor((((draws[i] ?? 0) >>> 0) * (i + 1)) / 2 ** 32)
    const [a = 0, b = 0] = [order[i], order[j]]
    order[i] = b
    order[j] = a
  }
  return order
}
