import { describe, expect, it } from 'vitest'
import type { RandomKey } from '../../src/values/random-key.js'
import {
  foldIn,
  integers,
  keyFromSeed,
  normal,
  permutation,
  randomBits,
  splitKey,
  threefry,
  uniform,
} from '../../src/values/random-key.js'

const hex = (words: RandomKey): readonly string[] =>
  words.map((word) => (word >>> 0).toString(16).padStart(8, '0'))

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length

describe('Threefry-2x32', () => {
  // kat_vectors of Random123, the authors' own implementation: threefry 2x32, 20 rounds.
  it.each([
    [
      [0, 0],
      [0, 0],
      ['6b200159', '99ba4efe'],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      ['1cb996fc', 'bb002be7'],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      ['c4923a9c', '483df7a0'],
    ],
  ] as const)('gives the known answer to key %s, counter %s', (key, counter, answer) => {
    expect(hex(threefry([key[0] | 0, key[1] | 0], [counter[0] | 0, counter[1] | 0]))).toEqual(answer)
  })
})

describe('a random key', () => {
  const key = keyFromSeed(42)

  it('differs for seeds that differ in any of 53 bits', () => {
    expect(keyFromSeed(1)).toEqual([0, 1])
    expect(keyFromSeed(2 ** 32 + 1)).toEqual([1, 1])
    expect(keyFromSeed(2 ** 31)).toEqual([0, -(2 ** 31)])
  })

  it('gives the first word of the cipher at counter [0, i], so that any engine can compute any element', () => {
    expect([...randomBits(key, 3)]).toEqual([0, 1, 2].map((i) => threefry(key, [0, i])[0]))
  })

  it('gives the same first numbers for any count', () => {
    expect(uniform(key, 10)).toEqual(uniform(key, 100).slice(0, 10))
    expect(splitKey(key, 2)).toEqual(splitKey(key, 5).slice(0, 2))
  })

  it('splits into keys whose words differ from each other and from the numbers that it draws', () => {
    const words = [key, ...splitKey(key, 50), ...splitKey(foldIn(key, 99), 50)].flatMap((k) => [
      ...randomBits(k, 50),
    ])
    // 5,050 of 2^32: a single pair in common is expected in 340 trials.
    expect(new Set(words).size).toBe(words.length)
  })

  it('draws uniform numbers in [0, 1), in steps of 2^-24', () => {
    const drawn = uniform(key, 100_000)
    expect(drawn.every((u) => u >= 0 && u < 1 && Number.isInteger(u * 2 ** 24))).toBe(true)
    expect(mean(drawn)).toBeCloseTo(0.5, 2)
    expect(mean(drawn.map((u) => u * u))).toBeCloseTo(1 / 3, 2)
  })

  it('draws normal numbers: mean, variance, symmetry and tails', () => {
    const drawn = normal(key, 100_000)
    expect(Math.abs(mean(drawn))).toBeLessThan(0.01)
    expect(Math.abs(mean(drawn.map((x) => x * x)) - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean(drawn.map((x) => x ** 3)))).toBeLessThan(0.05)
    expect(mean(drawn.map((x) => (Math.abs(x) < 1.959964 ? 1 : 0)))).toBeCloseTo(0.95, 2)
    expect(drawn.every(Number.isFinite)).toBe(true)
  })

  it('draws whole numbers from a range, each about as often', () => {
    const drawn = integers(key, 70_000, -3, 4)
    const counts = [-3, -2, -1, 0, 1, 2, 3].map((n) => drawn.filter((x) => x === n).length)
    expect(counts.reduce((a, b) => a + b)).toBe(70_000)
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  it('orders things at random: each of the 24 orders of four about as often', () => {
    const counts = new Map<string, number>()
    for (const k of splitKey(key, 24_000)) {
      const order = permutation(k, 4).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
    expect(permutation(key, 1000).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    )
    expect(permutation(key, 0)).toEqual([])
  })
})
