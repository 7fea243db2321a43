import { describe, expect, it } from 'vitest'
import { chooseImages } from '../../src/report/gallery.js'
import { centred, guessOf } from '../../src/report/logits.js'
import { outcomeOf } from '../../src/report/run-report.js'
import type { TensorValue } from '../../src/values/value.js'

/** Logits of two classes that take image i for `guesses[i]`. */
const taking = (guesses: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape: [guesses.length, 2],
  data: Float32Array.from(guesses.flatMap((guess) => (guess === 0 ? [3, 1] : [1, 3]))),
})

describe('the images that a report shows', () => {
  const count = 100
  const labels = Array.from({ length: count }, () => 0)
  // Of a hundred, 3 are corrected, 1 is lost, 90 are right and 6 are wrong.
  const before = labels.map((_, i) => (i < 3 || i >= 94 ? 1 : 0))
  const after = labels.map((_, i) => (i === 3 || i >= 94 ? 1 : 0))
  const { chosen, counts } = chooseImages({
    paths: labels.map((_, i) => `${i}.png`),
    labels,
    zeroShot: taking(before),
    adapted: taking(after),
  })

  it('are counted by outcome', () => {
    expect(counts).toEqual({ corrected: 3, lost: 1, right: 90, wrong: 6 })
  })

  it('are evenly taken from each outcome, however rare it is', () => {
    const outcomes = chosen.map((image) => outcomeOf(image.label, image.before, image.after))
    expect(outcomes.filter((outcome) => outcome === 'corrected')).toHaveLength(3)
    expect(outcomes.filter((outcome) => outcome === 'lost')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(6)
    const right = chosen.filter(
      ({ label, ...image }) => outcomeOf(label, image.before, image.after) === 'right',
    )
    expect(right.map(({ name }) => name)).toEqual([4, 15, 26, 37, 49, 60, 71, 82].map((i) => `${i}.png`))
  })

  it('have the class and the probability that each classifier gave them', () => {
    expect(chosen[0]?.before.label).toBe(1)
    expect(chosen[0]?.before.probability).toBeCloseTo(1 / (1 + Math.exp(-2)), 6)
    expect(chosen[0]?.after.label).toBe(0)
  })
})

describe('a guess', () => {
  it('is the first of equal logits, and finite for logits of any size', () => {
    expect(guessOf([2, 5, 5])).toEqual({ label: 1, probability: expect.closeTo(0.4879, 4) })
    expect(guessOf([1e4, 0])).toEqual({ label: 0, probability: 1 })
  })

  it('does not change where a number is added to all logits, nor do centred logits', () => {
    expect(guessOf([101, 103])).toEqual(guessOf([1, 3]))
    expect(centred([101, 103])).toEqual(centred([1, 3]))
  })
})
