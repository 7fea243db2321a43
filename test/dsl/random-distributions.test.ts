import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import { errorFunction } from '../../src/dsl/evaluate/error-function.js'
import {
  add,
  broadcastTo,
  constant,
  explainFault,
  full,
  input,
  log,
  randomBernoulli,
  randomCategorical,
  randomGumbel,
  randomIntegers,
  randomPermutation,
  randomTruncatedNormal,
  splitKey,
} from '../../src/dsl/index.js'
import { inverseErrorFunction } from '../../src/dsl/primitives/inverse-error-function.js'
import { i32, numbersOf } from '../support/evaluation.js'

const key = input('key', [2], 'i32')
const given = (seed: number) => ({ key: i32([2], [seed, 20_26]) })
const count = 40_000

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
const variance = (numbers: readonly number[]): number => {
  const centre = mean(numbers)
  return mean(numbers.map((x) => (x - centre) ** 2))
}

/** Expects a mean of independent numbers to lie within 4.5 standard errors of what it should be. */
const expectMean = (numbers: readonly number[], expected: number): void =>
  expect(Math.abs(mean(numbers) - expected)).toBeLessThan(
    4.5 * Math.sqrt(variance(numbers) / numbers.length) + 1e-12,
  )

/** Expects two draws with different keys to have no correlation. */
const expectIndependent = (draw: (seed: number) => readonly number[]): void => {
  const [a, z] = [draw(1), draw(2)]
  const [centreA, centreZ] = [mean(a), mean(z)]
  expectMean(
    a.map((x, i) => (x - centreA) * ((z[i] ?? 0) - centreZ)),
    0,
  )
}

describe('randomBernoulli', () => {
  const drawn = (p: number, seed = 1): readonly number[] =>
    numbersOf(randomBernoulli(key, full([count], p)), given(seed))

  it.each([0.1, 0.5, 0.93])('is true with probability %d', (p) => expectMean(drawn(p), p))

  it('is never true with probability 0, and always with 1', () => {
    expect(mean(drawn(0))).toBe(0)
    expect(mean(drawn(1))).toBe(1)
  })

  it('is independent for independent keys', () => expectIndependent((seed) => drawn(0.5, seed)))
})

describe('splitKey', () => {
  it('gives as many keys as are asked for, two by default, all different', () => {
    const words = splitKey(key, 5).map((part) => numbersOf(part, given(1)).join(' '))
    expect(new Set(words).size).toBe(5)
    expect(splitKey(key).map((part) => numbersOf(part, given(1)).join(' '))).toEqual(words.slice(0, 2))
  })

  it('gives keys whose numbers are independent', () => {
    const [first, , third] = splitKey(key, 3)
    const integersOf = (of: typeof key) => numbersOf(randomIntegers(of, [count], 0, 100), given(2))
    expectIndependent((seed) => integersOf(seed === 1 ? first : third))
  })
})

describe('randomIntegers', () => {
  const drawn = (least: number, end: number, seed = 1): readonly number[] =>
    numbersOf(randomIntegers(key, [count], least, end), given(seed))

  it.each([
    [0, 5],
    [-3, 4],
    [7, 9],
  ])('from %d to below %d are each as likely', (least, end) => {
    const numbers = drawn(least, end)
    for (let number = least; number < end; number += 1) {
      expectMean(
        numbers.map((x) => Number(x === number)),
        1 / (end - least),
      )
    }
    expect(new Set(numbers).size).toBe(end - least)
  })

  it('are i32, all equal where there is one to draw, and spread over the widest range', () => {
    expect(randomIntegers(key, [2], 0, 2).dtype).toBe('i32')
    expect(new Set(drawn(3, 4))).toEqual(new Set([3]))
    expectMean(
      drawn(0, 2 ** 31 - 1).map((x) => x / 2 ** 31),
      0.5,
    )
  })

  it('are independent for independent keys', () => expectIndependent((seed) => drawn(0, 10, seed)))

  it.each([
    [3, 3],
    [4, 3],
    [0.5, 3],
    [0, 2 ** 31],
    [-(2 ** 30), 2 ** 30],
    [0, Number.NaN],
  ])('refuse the bounds %d and %d', (least, end) => {
    const { fault } = randomIntegers(key, ['B'], least, end).node
    expect(fault === undefined ? '' : explainFault(fault)).toContain(`bounds ${least} and ${end} of [B]`)
  })
})

describe('randomGumbel', () => {
  const numbers = numbersOf(randomGumbel(key, [count]), given(3))

  it("has Euler's constant as its mean, and a variance of π²/6", () => {
    expectMean(numbers, 0.577_215_664_9)
    expectMean(
      numbers.map((x) => (x - 0.577_215_664_9) ** 2),
      Math.PI ** 2 / 6,
    )
  })

  it.each([-1, 0, 1, 3])('is at most %d with the probability of its distribution', (x) =>
    expectMean(
      numbers.map((number) => Number(number <= x)),
      Math.exp(-Math.exp(-x)),
    ),
  )

  it('is finite', () => expect(numbers.every(Number.isFinite)).toBe(true))
})

describe('randomCategorical', () => {
  const probabilities = [0.1, 0.2, 0, 0.7]
  const logits = broadcastTo(add(log(constant([4], probabilities)), 50), [count, 4])
  const drawn = numbersOf(randomCategorical(key, logits, -1), given(4))

  it.each([0, 1, 2, 3])('draws index %d with its probability', (index) =>
    expectMean(
      drawn.map((x) => Number(x === index)),
      probabilities[index] ?? 0,
    ),
  )

  it('never draws an index whose logit is -Infinity', () => expect(drawn).not.toContain(2))
})

describe('randomPermutation', () => {
  it('has each number once', () => {
    const order = numbersOf(randomPermutation(key, 'N'), given(5), { N: 1000 })
    expect(order.toSorted((a, z) => a - z)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    expect(order).not.toEqual(order.toSorted((a, z) => a - z))
  })

  it('has every order of three about as often', () => {
    const rounds = 3000
    const counts = new Map<string, number>()
    for (let seed = 0; seed < rounds; seed += 1) {
      const order = numbersOf(randomPermutation(key, 3), given(seed)).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    const each = rounds / 6
    const chiSquared = [...counts.values()].reduce((sum, found) => sum + (found - each) ** 2 / each, 0)
    expect(counts.size).toBe(6)
    // The 99.9 % quantile of five degrees of freedom.
    expect(chiSquared).toBeLessThan(20.5)
  })
})

describe('randomTruncatedNormal', () => {
  const within = (lower: number, upper: number): readonly number[] =>
    numbersOf(randomTruncatedNormal(key, [count], { lower, upper }), given(6))

  it.each([
    [-2, 2],
    [-1, 3],
    [0, 1],
  ])('between %d and %d keeps its bounds and has the distribution between them', (lower, upper) => {
    const numbers = within(lower, upper)
    const below = (x: number): number => (1 + errorFunction(x * Math.SQRT1_2)) / 2
    expect(numbers.every((x) => x >= lower && x <= upper)).toBe(true)
    for (const share of [0.1, 0.25, 0.5, 0.75, 0.9]) {
      const x = lower + share * (upper - lower)
      expectMean(
        numbers.map((number) => Number(number <= x)),
        (below(x) - below(lower)) / (below(upper) - below(lower)),
      )
    }
  })

  it('lies between -2 and 2 where no bounds are given', () =>
    expect(numbersOf(randomTruncatedNormal(key, [100]), given(7))).toEqual(
      numbersOf(randomTruncatedNormal(key, [100], { lower: -2, upper: 2 }), given(7)),
    ))

  it('refuses bounds in the wrong order, and infinite ones', () => {
    for (const bounds of [{ lower: 1, upper: -1 }, { upper: Infinity }, { lower: Number.NaN }]) {
      const { fault } = randomTruncatedNormal(key, [3], bounds).node
      expect(fault === undefined ? '' : explainFault(fault)).toContain('bounds')
    }
  })
})

it('the inverse error function inverts the error function to seven digits', () => {
  const numbers = Array.from({ length: 201 }, (_, i) => Math.tanh((i - 100) / 28))
  const inverted = numbersOf({ node: inverseErrorFunction(b.literal(numbers, [201])) })
  for (const [i, x] of numbers.entries()) {
    expect(Math.abs(errorFunction(inverted[i] ?? Number.NaN) - x)).toBeLessThan(4e-7)
  }
})
