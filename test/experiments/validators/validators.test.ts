import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import { adjustedInformation, clustersOf } from '../../../src/experiments/validators/class-ami.js'
import { rankCorrelation } from '../../../src/experiments/validators/rank-correlation.js'
import type { ValidatedLogits } from '../../../src/experiments/validators/validator.js'
import { validatorNames, validators } from '../../../src/experiments/validators/validator.js'
import { expectRight } from '../../expect-either.js'
import { expectClose, normals } from '../../support/evaluation.js'
import { validatorFixture } from './fixture.js'

const stored = expectRight(validatorFixture.stored())
const { source, labels, target } = stored
const logits: ValidatedLogits = { source: { logits: source, labels }, target }

/** Logits of sure predictions of these classes among three. */
const sure = (classes: readonly number[]) => classes.map((own) => [0, 1, 2].map((k) => (k === own ? 20 : 0)))
const scored = (rows: ValidatedLogits['target']) => ({ ...logits, target: rows })

describe.each(validatorNames)('the validator %s', (name) => {
  const { score } = validators[name]

  it('gives what its formula gives in numpy', () => {
    expectClose([score(logits)], [stored.scores[name] ?? Number.NaN], 1e-5)
  })

  it('gives the same for the same images in another order', () => {
    const order = target.map((_, i) => (5 * i + 3) % target.length)
    const reordered = order.map((i) => target[i] ?? [])
    expectClose([score(scored(reordered))], [score(logits)], 1e-9)
  })

  it('gives the same for logits of each image that are larger by a number', () => {
    const raised = (rows: ValidatedLogits['target']) => rows.map((row) => row.map((logit) => logit + 3))
    const higher = { source: { logits: raised(source), labels }, target: raised(target) }
    expectClose([score(higher)], [score(logits)], 1e-9)
  })
})

describe('validators', () => {
  test('numpy gives what is stored', { timeout: 60_000 }, async ({ skip }) => {
    const now = await validatorFixture.now()
    if (E.isLeft(now)) return skip(now.left)
    return expectClose(
      validatorNames.map((name) => now.right.scores[name] ?? Number.NaN),
      validatorNames.map((name) => stored.scores[name] ?? Number.NaN),
      1e-8,
    )
  })

  it('tell classes that are told apart from one class for all, but for entropy, which takes both for the same', () => {
    const [collapsed, spread] = [sure([0, 0, 0, 0, 0, 0]), sure([0, 1, 2, 0, 1, 2])]
    const gain = (name: 'entropy' | 'mutual-information' | 'bnm') =>
      validators[name].score(scored(spread)) - validators[name].score(scored(collapsed))
    expect(gain('entropy')).toBeCloseTo(0, 12)
    expect(gain('mutual-information')).toBeCloseTo(Math.log(3), 5)
    expect(gain('bnm')).toBeCloseTo((3 * Math.sqrt(2) - Math.sqrt(6)) / 6, 5)
  })

  it('measure density where images lie in groups: each is as near to the others of its group', () => {
    const { score } = validators.snd
    expect(score(scored(sure([0, 0, 0, 1, 1, 1])))).toBeCloseTo(Math.log(2), 5)
  })
})

describe('adjusted mutual information', () => {
  it('is 1 for the same partition under other names, and about 0 for partitions that have nothing in common', () => {
    expect(adjustedInformation([0, 0, 1, 1, 2, 2], [5, 5, 3, 3, 4, 4])).toBeCloseTo(1, 12)
    const [a, b] = [1, 2].map((seed) => normals(seed, 400).map((x) => (x > 0 ? 1 : 0) + (x > 1 ? 1 : 0)))
    expect(Math.abs(adjustedInformation(a ?? [], b ?? []))).toBeLessThan(0.02)
    expect(adjustedInformation([0, 0, 0], [1, 1, 1])).toBe(1)
    expect(adjustedInformation([0, 0, 0, 0], [0, 1, 2, 2])).toBe(0)
  })

  it('takes clusters that lie apart for what they are', () => {
    const rows = [0, 1, 2].flatMap((k) => [0, 0.1, 0.2].map((x) => [10 * k + x, 5 * k]))
    expect(adjustedInformation(clustersOf(rows, 3), [0, 0, 0, 1, 1, 1, 2, 2, 2])).toBeCloseTo(1, 12)
  })
})

describe('the rank correlation', () => {
  it('is 1 for the same order, -1 for the opposite one, and shares ranks of equal values', () => {
    expect(rankCorrelation([1, 5, 9], [2, 3, 100])).toBeCloseTo(1, 12)
    expect(rankCorrelation([1, 5, 9], [3, 2, 1])).toBeCloseTo(-1, 12)
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4.
    expect(rankCorrelation([0, 1, 1, 2], [0, 1, 2, 3])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12)
  })

  it('is none where a ranking has no order', () => {
    expect(rankCorrelation([1, 1], [1, 2])).toBeUndefined()
    expect(rankCorrelation([1], [1])).toBeUndefined()
  })
})
