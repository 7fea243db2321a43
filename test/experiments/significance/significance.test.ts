import { describe, expect, it } from 'vitest'
import { holmAdjusted } from '../../../src/experiments/significance/holm.js'
import { signFlipTest } from '../../../src/experiments/significance/sign-flip-test.js'
import { expectRight } from '../../expect-either.js'
import { expectClose } from '../../support/evaluation.js'
import { significanceFixture } from './fixture.js'

const { exact, many, holm } = expectRight(significanceFixture.stored())

describe('the sign-flip test', () => {
  it.each(exact)(
    'of $differences.length differences gives the exact p-value of scipy, $p',
    ({ differences, p }) => {
      expect(signFlipTest(differences)).toBeCloseTo(p, 12)
    },
  )

  it.each(many)(
    'of $differences.length differences draws signs, and gives about the p-value of scipy, $p',
    ({ differences, p }) => {
      // Four deviations of the share of 65,536 draws, and of scipy's 400,000.
      const margin = 4 * Math.sqrt(p * (1 - p)) * Math.hypot(1 / Math.sqrt(65_536), 1 / Math.sqrt(400_000))
      expect(Math.abs((signFlipTest(differences) ?? Number.NaN) - p)).toBeLessThan(margin + 2e-5)
      expect(signFlipTest(differences)).toBe(signFlipTest(differences))
    },
  )

  it('gives 2 / 2^n where all of n differences have one sign, and nothing of none', () => {
    expect([[3], [3, 1], [3, 1, 2], [-3, -1, -2, -9]].map(signFlipTest)).toEqual([1, 0.5, 0.25, 0.125])
    expect(signFlipTest([])).toBeUndefined()
  })

  it('is never 0, however sure', () => {
    expect(signFlipTest(Array.from({ length: 60 }, () => 1))).toBe(1 / 65_537)
  })
})

describe("Holm's correction", () => {
  it('gives what its definition gives in numpy', () => {
    expectClose(holmAdjusted(holm.p), holm.adjusted, 1e-12)
  })

  it('leaves one p-value as it is, and exceeds 1 for none', () => {
    expect(holmAdjusted([0.03])).toEqual([0.03])
    expect(holmAdjusted([0.6, 0.7])).toEqual([1, 1])
    expect(holmAdjusted([])).toEqual([])
  })
})
