import { describe, expect, it } from 'vitest'
import { comparisonTable, formatTables } from '../../../src/cli/study-table.js'
import { accuracy } from '../../../src/experiments/accuracy.js'
import { pairedComparison } from '../../../src/experiments/study/paired-comparison.js'
import type { RunAccuracy, StudyRow } from '../../../src/experiments/study/summary.js'

/** So many of a hundred images right. */
const right = (count: number) =>
  accuracy(
    Array.from({ length: 100 }, (_, i) => (i < count ? 0 : 1)),
    Array.from({ length: 100 }, () => 0),
    ['bus', 'car'],
  )

const targets = ['a', 'b', 'c', 'd'] as const

/** Runs on four pairs with three seeds, each so many points above 50. */
const trained = (name: string, above: (target: number, seed: number) => number): StudyRow => ({
  name,
  runs: targets.flatMap((target, i) =>
    [1, 2, 3].map((seed): RunAccuracy => ({
      ...{ source: `to ${target}`, target, seed },
      accuracy: right(50 + above(i, seed)),
    })),
  ),
})
const still = (name: string, above: number): StudyRow => ({
  name,
  runs: targets.map((target) => ({ target, accuracy: right(50 + above) })),
})
const zeroShot = still('zero-shot', 0)
const rowsOf = (...rows: readonly StudyRow[]) =>
  pairedComparison({ rows: [...rows, zeroShot] }, 'zero-shot', 'overall')?.rows ?? []

describe('a comparison of the rows of a study with one of them', () => {
  it('has the mean of the differences, how many are below, and the worst', () => {
    const [row] = rowsOf(trained('one', (target, seed) => (target === 2 ? -seed : 2)))
    expect(row).toMatchObject({ name: 'one', runs: 12, below: 3, worst: expect.closeTo(-0.03, 12) })
    expect(row?.difference).toBeCloseTo(0.01, 12)
  })

  it('flips signs run by run for other seeds, and pair by pair for other pairs', () => {
    const [row] = rowsOf(trained('one', () => 2))
    expect(row?.overSeeds).toBeCloseTo(2 / 2 ** 12, 12)
    expect(row?.overPairs).toBe(2 / 2 ** 4)
  })

  it('does not take seeds of one pair for other pairs', () => {
    // Two pairs gain much with each seed, and two lose as much.
    const [row] = rowsOf(trained('one', (target, seed) => (target < 2 ? 10 : -10) + seed))
    expect(row?.overPairs).toBeGreaterThan(0.3)
  })

  it('has no p over seeds of a row that depends on none', () => {
    expect(rowsOf(still('one', 3))).toEqual([
      {
        ...{ name: 'one', runs: 4, below: 0, overSeeds: undefined, overPairs: 0.125 },
        difference: expect.closeTo(0.03, 12),
        worst: expect.closeTo(0.03, 12),
      },
    ])
  })

  it('corrects p-values for the number of rows that have them', () => {
    const rows = rowsOf(
      trained('one', () => 2),
      trained('two', () => -2),
      still('three', 1),
    )
    expect(rows.map(({ overSeeds }) => overSeeds)).toEqual([
      expect.closeTo(4 / 2 ** 12, 12),
      expect.closeTo(4 / 2 ** 12, 12),
      undefined,
    ])
    expect(rows.map(({ overPairs }) => overPairs)).toEqual([0.375, 0.375, 0.375])
  })

  it('pairs runs of the same seed where both rows have seeds', () => {
    const rows = [trained('one', (_, seed) => 10 * seed + 1), trained('two', (_, seed) => 10 * seed)]
    const [row] = pairedComparison({ rows }, 'two', 'overall')?.rows ?? []
    expect(row).toMatchObject({ runs: 12, worst: expect.closeTo(0.01, 12) })
  })

  it('leaves out runs without a figure, and says how many there are', () => {
    const { name, runs } = trained('one', () => 2)
    const [some, nothing] = rowsOf({ name, runs: runs.slice(0, 5) }, { name: 'two', runs: [] })
    expect(some?.runs).toBe(5)
    expect(nothing).toMatchObject({ runs: 0, below: 0, difference: Number.NaN, overPairs: undefined })
  })

  it('is none without the row, and without another', () => {
    expect(pairedComparison({ rows: [zeroShot] }, 'zero-shot', 'overall')).toBeUndefined()
    expect(pairedComparison({ rows: [zeroShot] }, 'other', 'overall')).toBeUndefined()
  })
})

describe('a printed comparison', () => {
  const comparison = pairedComparison(
    { rows: [zeroShot, trained('one', () => 2), still('two', -1)] },
    'zero-shot',
    'overall',
  )
  const tables = comparison === undefined ? [] : [comparisonTable('accuracy', comparison)]

  it('has signs and p-values as text', () => {
    const lines = formatTables(tables, 'text').split('\n')
    expect(lines[0]).toBe('differences from zero-shot, in points of: accuracy')
    expect(lines.slice(2, 6)).toEqual([
      'method  difference  runs  below  worst  p, seeds  p, pairs',
      '──────  ──────────  ────  ─────  ─────  ────────  ────────',
      'one           +2.0    12      0   +2.0   < 0.001     0.250',
      'two           -1.0     4      4   -1.0         -     0.250',
    ])
    expect(lines.at(-1)).toContain('With 4 pairs no p over pairs is below 0.125.')
  })

  it('has a line for each row as CSV, and shares as JSON', () => {
    expect(formatTables(tables, 'csv').split('\n')).toEqual([
      'method,reference,difference,runs,below,worst,"p, seeds","p, pairs"',
      'one,zero-shot,2.000,12,0,2.000,0.000488,0.250000',
      'two,zero-shot,-1.000,4,4,-1.000,,0.250000',
    ])
    expect(JSON.parse(formatTables(tables, 'json'))).toMatchObject([
      { reference: 'zero-shot', pairs: 4, rows: [{ method: 'one', runs: 12 }, { overSeeds: null }] },
    ])
    expect(formatTables(tables, 'markdown')).toContain('| two | -1.0 | 4 | 4 | -1.0 | - | 0.250 |')
  })
})
