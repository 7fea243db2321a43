import { describe, expect, it } from 'vitest'
import type { Accuracy } from '../../../src/experiments/accuracy.js'
import { accuracy } from '../../../src/experiments/accuracy.js'
import { allPairs } from '../../../src/experiments/study/domain-pair.js'
import type { StudyResult } from '../../../src/experiments/study/study-result.js'
import { classTables, pairTable } from '../../../src/experiments/study/study-result.js'
import type { StudyRow } from '../../../src/experiments/study/summary.js'
import { averageSpread, pairSpread, spread } from '../../../src/experiments/study/summary.js'

describe('a spread', () => {
  it('is the mean and the sample deviation', () => {
    expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: Math.sqrt(32 / 7), count: 8 })
  })

  it('has no deviation of one value, and is none of none', () => {
    expect(spread([3])).toEqual({ mean: 3, deviation: undefined, count: 1 })
    expect(spread([])).toBeUndefined()
  })
})

/** So many of ten images right, all of one class but one. */
const rightOfTen = (right: number): Accuracy =>
  accuracy(
    Array.from({ length: 10 }, (_, i) => (i < right ? 0 : 1)),
    Array.from({ length: 10 }, () => 0),
    ['bus', 'car'],
  )

const pairs = allPairs(['a', 'b'])
const row: StudyRow = {
  name: 'method',
  runs: [
    { source: 'a', target: 'b', seed: 1, accuracy: rightOfTen(4) },
    { source: 'b', target: 'a', seed: 1, accuracy: rightOfTen(8) },
    { source: 'a', target: 'b', seed: 2, accuracy: rightOfTen(6) },
    { source: 'b', target: 'a', seed: 2, accuracy: rightOfTen(8) },
  ],
}
const overall = (of: Accuracy): number => of.overall

describe('figures of a row', () => {
  it('are taken over the seeds of a pair', () => {
    expect(pairSpread(row, { source: 'a', target: 'b' }, overall)).toEqual(spread([0.4, 0.6]))
    expect(pairSpread(row, { source: 'b', target: 'a' }, overall)).toEqual(spread([0.8, 0.8]))
    expect(pairSpread(row, { source: 'a', target: 'c' }, overall)).toBeUndefined()
  })

  it('average over pairs first, then over seeds: the deviation is that of whole tables', () => {
    const average = averageSpread(row, pairs, overall)
    expect(average?.mean).toBeCloseTo(0.65, 12)
    expect(average?.deviation).toBeCloseTo(Math.SQRT1_2 * 0.1, 12)
  })

  it('have no average where a run is missing', () => {
    expect(averageSpread({ ...row, runs: row.runs.slice(1) }, pairs, overall)).toBeUndefined()
    expect(averageSpread({ ...row, runs: [] }, pairs, overall)).toBeUndefined()
  })

  it('of a run that knows no seed and no source stand for every source', () => {
    const zeroShot: StudyRow = {
      name: 'zero-shot',
      runs: [
        { source: 'a', target: 'b', accuracy: rightOfTen(5) },
        { source: 'a', target: 'c', accuracy: rightOfTen(7) },
        { source: 'b', target: 'a', accuracy: rightOfTen(9) },
      ],
    }
    const all = allPairs(['a', 'b', 'c'])
    expect(pairSpread(zeroShot, { source: 'c', target: 'b' }, overall)).toEqual(spread([0.5]))
    expect(averageSpread(zeroShot, all, overall)?.mean).toBeCloseTo(0.7, 12)
    expect(averageSpread(zeroShot, all, overall)?.deviation).toBeUndefined()
  })
})

const result = (changes: Partial<StudyResult>): StudyResult => ({
  layout: 'folder',
  backbone: 'ViT-B/16',
  pairs,
  seeds: [1, 2],
  rows: [row],
  failed: [],
  ...changes,
})

describe('the table over pairs', () => {
  it('has a column for each pair and their average, and says what the figures are', () => {
    const { title, heading, rows, notes } = pairTable(result({}), 'overall')
    expect(title).toBe('accuracy on the target, %; mean ± deviation over seeds 1, 2')
    expect(heading).toEqual(['method', 'backbone', 'A→B', 'B→A', 'Avg'])
    expect(rows.map(({ names, figures }) => [...names, ...figures.map((figure) => figure?.mean)])).toEqual([
      ['method', 'ViT-B/16', 0.5, 0.8, expect.closeTo(0.65)],
    ])
    expect(notes).toEqual([])
  })

  it('names the runs that have no figure', () => {
    const { notes } = pairTable(result({ failed: [{ run: 'x, a → b', reason: 'loss is NaN' }] }), 'overall')
    expect(notes).toEqual(['no figure for x, a → b: loss is NaN'])
  })

  const officeHome = {
    layout: 'office-home',
    pairs: allPairs(['art', 'clipart', 'product', 'real_world']),
  } as const

  it("has the paper's rows of the same backbone on Office-Home", () => {
    const { rows, notes } = pairTable(result(officeHome), 'overall')
    expect(rows.map(({ names }) => names.join(', '))).toEqual([
      'CLIP zero-shot, published, ViT-B/16',
      'DAPL, published, ViT-B/16',
      'AD-CLIP, published, ViT-B/16',
      'method, ViT-B/16',
    ])
    expect(rows[2]?.figures.at(0)?.mean).toBeCloseTo(0.709, 12)
    expect(rows[2]?.figures.at(-1)?.mean).toBeCloseTo(0.861, 12)
    expect(notes).toEqual([expect.stringContaining('arXiv 2308.05659')])
  })

  it("has all of the paper's rows for another backbone, and no row for another metric or data set", () => {
    const count = (changes: Partial<StudyResult>, metric: 'overall' | 'balanced'): number =>
      pairTable(result(changes), metric).rows.length
    expect(count({ ...officeHome, backbone: 'ViT 4×128/12' }, 'overall')).toBe(10)
    expect(count(officeHome, 'balanced')).toBe(1)
    expect(count({}, 'overall')).toBe(1)
  })

  it('has no published average for some of the pairs', () => {
    const some = { ...officeHome, pairs: [{ source: 'art', target: 'clipart' }] }
    expect(pairTable(result(some), 'overall').rows[0]?.figures).toEqual([
      { mean: expect.closeTo(0.678), deviation: undefined, count: 1 },
      undefined,
    ])
  })
})

describe('the tables by class', () => {
  it('are one for each pair, with a column for each class and the mean over those that occur', () => {
    const tables = classTables(result({ layout: 'visda-2017' }))
    expect(tables).toHaveLength(2)
    expect(tables[0]?.heading).toEqual(['method', 'backbone', 'bus', 'car', 'Mean'])
    const figures = tables[0]?.rows[0]?.figures ?? []
    expect(figures.map((figure) => figure?.mean)).toEqual([0.5, Number.NaN, 0.5])
  })
})
