import { describe, expect, it } from 'vitest'
import { errorFunction } from '../../src/dsl/evaluate/error-function.js'
import type { RandomKey } from '../../src/values/random-key.js'
import { keyFromSeed } from '../../src/values/random-key.js'
import { gridBits, gridNormal, gridUniform } from '../../src/values/random-grid.js'
import type { Draw } from './random-statistics.js'
import {
  avalanche,
  birthdays,
  bitBalance,
  byteUniformity,
  cornerBalance,
  serialCorrelation,
} from './random-statistics.js'

const mean = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((sum, x) => sum + x, 0) / numbers.length

/** The first words of many keys, one after the other. */
const ofKeys = (draw: Draw, keys: readonly RandomKey[], each: number): Int32Array =>
  Int32Array.from(keys.flatMap((key) => [...draw(key, each)]))

const few = Array.from({ length: 64 }, (_, seed) => seed)
const many = Array.from({ length: 2 ** 12 }, (_, seed) => seed)
const inRows = 2 ** 16

/** Deviates of a generator. Equal words are counted among 2^19, because there are 32 pairs of them. */
const deviates = {
  'has each bit as often set as not': (draw) => bitBalance(draw([0, 1], inRows)),
  'has each byte as often': (draw) => byteUniformity(draw([0, 2], inRows)),
  'is not correlated with the next element': (draw) => serialCorrelation(draw([0, 3], inRows), 1),
  'is not correlated with the element below': (draw) => serialCorrelation(draw([0, 4], inRows), 256),
  'is not correlated with the element half a row on': (draw) => serialCorrelation(draw([0, 5], inRows), 128),
  'has as many equal words as chance gives': (draw) => birthdays(draw([0, 6], 2 ** 19)),
  'has no pattern in the corners of cells': (draw) => cornerBalance(draw([0, 7], inRows), 256),
  'changes half of its bits with each bit of the key': (draw) => avalanche(draw, [3, -5], 1024),
  'has as many equal words as chance gives for keys that differ in their first word': (draw) =>
    birthdays(
      ofKeys(
        draw,
        few.map((seed) => [seed, 7]),
        2 ** 13,
      ),
    ),
  'has as many equal words as chance gives for keys that differ in their second word': (draw) =>
    birthdays(
      ofKeys(
        draw,
        few.map((seed) => [7, seed]),
        2 ** 13,
      ),
    ),
  'has each bit as often set as not in the first words of consecutive seeds': (draw) =>
    bitBalance(ofKeys(draw, many.map(keyFromSeed), 4)),
  'is not correlated with the words of the next seed': (draw) =>
    serialCorrelation(ofKeys(draw, few.map(keyFromSeed), 2 ** 10), 2 ** 10),
} as const satisfies Readonly<Record<string, (draw: Draw) => number>>

/** A deviate beyond this happens by chance in one of two million. */
const bound = 5

const hash = (word: number): number => {
  const first = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
  const second = Math.imul(first ^ (first >>> 15), 0x735a2d97)
  return second ^ (second >>> 15)
}

const fromPositions =
  (word: (key: RandomKey, position: number) => number): Draw =>
  (key, count) =>
    Int32Array.from({ length: count }, (_, position) => word(key, position))

/** Generators with a fault, and a test that finds it. */
const faults: readonly (readonly [string, keyof typeof deviates, Draw])[] = [
  [
    'a permutation of the counter',
    'has as many equal words as chance gives',
    fromPositions(([k0, k1], i) => hash(hash((i + k0) | 0) ^ k1)),
  ],
  [
    'keys that shift one sequence',
    'has as many equal words as chance gives for keys that differ in their first word',
    fromPositions(([k0, k1], i) => hash(hash((i + k0) | 0) ^ k1)),
  ],
  [
    'keys that scramble one sequence by exclusive or',
    'changes half of its bits with each bit of the key',
    fromPositions(([k0, k1], i) => hash(hash(i) ^ k0) ^ k1),
  ],
  [
    'a product without mixing',
    'has no pattern in the corners of cells',
    fromPositions(([k0, k1], i) => {
      const [row, column] = [i >>> 8, i & 255]
      const [a, z] = [hash(row ^ k0) + hash(~column), hash(hash(row) ^ k1) + hash(hash(column))]
      return Math.imul(a, 2 * z + 1)
    }),
  ],
  ['a linear congruence', 'has each byte as often', fromPositions(([k0], i) => Math.imul(i + k0, 1_664_525))],
  [
    'rows that repeat',
    'is not correlated with the element below',
    fromPositions(([k0, k1], i) => hash(hash((i & 255) ^ k0) ^ k1)),
  ],
  [
    'a low bit that is set more often',
    'has each bit as often set as not',
    fromPositions(([k0, k1], i) => hash(hash(i ^ k0) ^ k1) | Number(i % 64 === 0)),
  ],
]

describe('the random bits of programs', () => {
  // Computed by another implementation of the formula, in C: elements 0, 1, 255, 256, and column 7 of row 1000.
  it.each([
    [
      [0, 0],
      [0xc3a7fb8b, 0xdb26967b, 0x66b99fee, 0x7eb83f4c, 0x0014df00],
    ],
    [
      [0, 42],
      [0x13d8c5f0, 0xfee5af90, 0x2d992fee, 0xe519d9b8, 0x2a23c41f],
    ],
    [
      [-(2 ** 31), 2 ** 31 - 1],
      [0xbf39bb9f, 0x45be5325, 0xe83b8aad, 0x0b572318, 0x31444d7b],
    ],
    [
      [-1, 123_456_789],
      [0x82a5dad9, 0x19f2eb57, 0x0ac4da81, 0xdb37c1ac, 0xfc2f0675],
    ],
  ] as const)('are those of another implementation for key %s', (key, expected) => {
    const bits = gridBits(key, 1001 * 256)
    expect([0, 1, 255, 256, 1000 * 256 + 7].map((i) => (bits[i] ?? 0) >>> 0)).toEqual(expected)
  })

  it('do not depend on how many are drawn', () => {
    expect(gridBits([1, 2], 300)).toEqual(gridBits([1, 2], 1000).slice(0, 300))
    expect(gridNormal([1, 2], 300)).toEqual(gridNormal([1, 2], 1000).slice(0, 300))
    expect(gridNormal([1, 2], 0)).toHaveLength(0)
  })

  it.each(Object.entries(deviates))('%s', (_, deviate) =>
    expect(Math.abs(deviate(gridBits))).toBeLessThan(bound),
  )

  it.each(faults)('%s is found by a test: "%s"', (_, test, draw) =>
    expect(Math.abs(deviates[test](draw))).toBeGreaterThan(bound),
  )
})

it('uniform numbers are the upper 24 bits as a fraction', () => {
  const bits = gridBits([5, 6], 1000)
  expect(gridUniform([5, 6], 1000)).toEqual(Float32Array.from(bits, (word) => (word >>> 8) / 2 ** 24))
})

describe('the normal numbers of programs', () => {
  const count = 2 ** 16
  const numbers = gridNormal([8, 9], count)

  it.each([
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ])('have moment %d of the normal distribution', (power, expected, variance) => {
    const off = mean(numbers.map((x) => x ** power)) - expected
    expect(Math.abs(off) / Math.sqrt(variance / count)).toBeLessThan(bound)
  })

  it('have the distribution function of the normal distribution, everywhere (Kolmogorov and Smirnov)', () => {
    const distribution = (x: number): number => (1 + errorFunction(x * Math.SQRT1_2)) / 2
    const sorted = numbers.toSorted()
    const distance = sorted.reduce(
      (most, x, i) => Math.max(most, Math.abs(distribution(x) - (i + 0.5) / count)),
      0,
    )
    // 1.95 / √n is exceeded by chance in one of 1,000.
    expect(distance * Math.sqrt(count)).toBeLessThan(1.95)
  })

  it('are not correlated with each other in a pair, nor are their squares', () => {
    const pairs = Array.from({ length: count / 2 }, (_, i) => {
      const at = 256 * Math.floor(i / 128) + (i % 128)
      return [numbers[at] ?? 0, numbers[at + 128] ?? 0] as const
    })
    const correlation = mean(pairs.map(([x, y]) => x * y))
    const ofSquares = mean(pairs.map(([x, y]) => (x * x - 1) * (y * y - 1)))
    expect(Math.abs(correlation) * Math.sqrt(count / 2)).toBeLessThan(bound)
    expect((Math.abs(ofSquares) * Math.sqrt(count / 2)) / 2).toBeLessThan(bound)
  })
})
