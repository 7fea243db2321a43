import { describe, expect, it } from 'vitest'
import { openSetScores } from '../../../src/experiments/evaluation/open-set.js'

/** Logits of two classes whose prediction has the first class with this probability. */
const row = (probability: number): readonly number[] => [Math.log(probability), Math.log(1 - probability)]

describe('the scores where classes are unknown', () => {
  // The entropy of 0.9 and 0.1 is 0.325, of 0.8 and 0.2 0.500, of 0.6 and 0.4 0.673; half of ln 2 is 0.347.
  const logits = [0.9, 0.1, 0.8, 0.6, 0.9].map(row)

  it('count an image of a known class where it is right and surer than half of ln K, the mean over classes', () => {
    // Class 0: right, and rejected; class 1: right.
    expect(openSetScores(logits, [0, 1, 0, -1, -1]).known).toBe((1 / 2 + 1) / 2)
  })

  it('count an image of an unknown class where it is less sure', () => {
    const { unknown, unknownCount } = openSetScores(logits, [0, 1, 0, -1, -1])
    expect({ unknown, unknownCount }).toEqual({ unknown: 1 / 2, unknownCount: 2 })
  })

  it('have the harmonic mean of both, which is 0 where either is', () => {
    expect(openSetScores(logits, [0, 1, 0, -1, -1]).harmonicMean).toBeCloseTo((2 * 0.75 * 0.5) / 1.25, 12)
    expect(openSetScores(logits, [1, 0, 1, -1, -1]).harmonicMean).toBe(0)
    expect(openSetScores([row(0.9), row(0.9)], [1, -1]).harmonicMean).toBe(0)
  })

  it('have the share of pairs in which the image of the unknown class is less sure, equals counting a half', () => {
    // 0.6 is less sure than 0.9, 0.1 and 0.8; 0.9 is as sure as 0.9 and 0.1, and surer than 0.8.
    expect(openSetScores(logits, [0, 1, 0, -1, -1]).auroc).toBeCloseTo((3 + 1 / 2 + 1 / 2) / 6, 12)
    expect(openSetScores(logits, [-1, -1, 0, 0, -1]).auroc).toBe(0)
  })

  it('do not depend on what is added to all logits of an image', () => {
    const moved = logits.map((values, i) => values.map((x) => x + 7 * i))
    const [own, other] = [logits, moved].map((each) => openSetScores(each, [0, 1, 0, -1, -1]))
    expect(other?.known).toBe(own?.known)
    expect(other?.unknown).toBe(own?.unknown)
  })

  it('are not a number where a kind of images is missing', () => {
    expect(openSetScores(logits, [0, 1, 0, 0, 0])).toMatchObject({
      unknownCount: 0,
      auroc: Number.NaN,
      unknown: Number.NaN,
    })
    expect(openSetScores(logits, [-1, -1, -1, -1, -1]).known).toBeNaN()
  })
})
