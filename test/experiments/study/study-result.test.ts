import { describe, expect, it } from 'vitest'
import type { Accuracy } from '../../../src/experiments/accuracy.js'
import { accuracy } from '../../../src/experiments/accuracy.js'
import { allPairs } from '../../../src/experiments/study/domain-pair.js'
import type { StudyResult } from '../../../src/experiments/study/study-result.js'
import { publishedVisda2017 } from '../../../src/experiments/study/published/visda-2017.js'
import { classTables, pairTable } from '../../../src/experiments/study/study-result.js'
import type { StudyRow } from '../../../src/experiments/study/summary.js'
import { spread } from '../../../src/experiments/spread.js'
import { averageSpread, pairSpread } from '../../../src/experiments/study/summary.js'

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
        { target: 'b', accuracy: rightOfTen(5) },
        { target: 'c', accuracy: rightOfTen(7) },
        { target: 'a', accuracy: rightOfTen(9) },
      ],
    }
    const all = allPairs(['a', 'b', 'c'])
    expect(pairSpread(zeroShot, { source: 'c', target: 'b' }, overall)).toEqual(spread([0.5]))
    expect(averageSpread(zeroShot, all, overall)?.mean).toBeCloseTo(0.7, 12)
    expect(averageSpread(zeroShot, all, overall)?.deviation).toBeUndefined()
  })
})

describe('figures of initial parameters', () => {
  it('stand for every source, with a spread over seeds', () => {
    const untrained: StudyRow = {
      name: 'method, before training',
      runs: [1, 2].flatMap((seed) => [
        { target: 'a', seed, accuracy: rightOfTen(2 * seed) },
        { target: 'b', seed, accuracy: rightOfTen(3 * seed) },
      ]),
    }
    expect(pairSpread(untrained, { source: 'c', target: 'a' }, overall)).toEqual(spread([0.2, 0.4]))
    expect(averageSpread(untrained, pairs, overall)).toEqual(spread([0.25, 0.5]))
  })
})

const result = (changes: Partial<StudyResult>): StudyResult => ({
  layout: 'folder',
  backbone: 'ViT-B/16',
  classCount: 2,
  pairs,
  seeds: [1, 2],
  rows: [row],
  failed: [],
  missing: [],
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

  it('says once of which rows the settings were chosen by looking at labels', () => {
    const chosen = { ...row, chosenOnLabels: 'chosen by looking at labels' }
    expect(pairTable(result({ rows: [row, chosen, chosen] }), 'overall').notes).toEqual([
      'chosen by looking at labels',
    ])
  })

  const officeHome = {
    layout: 'office-home',
    classCount: 65,
    pairs: allPairs(['art', 'clipart', 'product', 'real_world']),
  } as const
  const miniDomainNet = {
    layout: 'mini-domainnet',
    classCount: 126,
    pairs: allPairs(['clipart', 'painting', 'real', 'sketch']),
  } as const

  it('has the published rows of the same backbone on Office-Home, with where they are printed', () => {
    const { rows, notes } = pairTable(result(officeHome), 'overall')
    expect(rows.map(({ names }) => names.join(', '))).toEqual([
      'CDTrans (no CLIP), published, ViT-B/16',
      'TVT (no CLIP), published, ViT-B/16',
      'SSRT (no CLIP), published, ViT-B/16',
      'CLIP zero-shot, published, ViT-B/16',
      'CLIP fine-tuned, DAPL README, ViT-B/16',
      'DAPL, published, ViT-B/16',
      'DAPL, DAPL README, ViT-B/16',
      'AD-CLIP, published, ViT-B/16',
      'method, ViT-B/16',
    ])
    expect(rows[7]?.figures.at(0)?.mean).toBeCloseTo(0.709, 12)
    expect(rows[7]?.figures.at(-1)?.mean).toBeCloseTo(0.861, 12)
    expect(rows[7]?.figures.at(-1)?.deviation).toBeCloseTo(0.002, 12)
    expect(notes).toEqual([
      expect.stringContaining('arXiv 2308.05659'),
      expect.stringContaining('LeapLabTHU/DAPrompt'),
      expect.stringContaining("the epoch with the best accuracy on the target's test images"),
    ])
  })

  it('has the published rows of the same backbone on mini-DomainNet, none of them of AD-CLIP', () => {
    const { rows, notes } = pairTable(result({ ...miniDomainNet, backbone: 'RN50' }), 'overall')
    expect(rows.map(({ names }) => names.join(', '))).toEqual([
      'CLIP zero-shot, DAPL README, RN50',
      'CLIP fine-tuned, DAPL README, RN50',
      'DAPL, DAPL README, RN50',
      'method, RN50',
    ])
    expect(rows[2]?.figures.map((figure) => figure?.mean)).toEqual(
      [72.4, 87.6, 65.9, 72.7, 87.6, 65.6, 73.2, 72.4, 66.2, 73.8, 72.9, 87.8, 74.8].map((percent) =>
        expect.closeTo(percent / 100, 12),
      ),
    )
    expect(notes.join('\n')).not.toContain('AD-CLIP')
  })

  it('has all published rows for another backbone, and no row for another metric or data set', () => {
    const count = (changes: Partial<StudyResult>, metric: 'overall' | 'balanced'): number =>
      pairTable(result(changes), metric).rows.length
    expect(count({ ...officeHome, backbone: 'ViT 4×128/12' }, 'overall')).toBe(22)
    expect(count(officeHome, 'balanced')).toBe(1)
    expect(count({}, 'overall')).toBe(1)
  })

  it('has no published row for some of the classes, or for a domain that is not of the data set', () => {
    const count = (changes: Partial<StudyResult>): number =>
      pairTable(result({ ...officeHome, ...changes }), 'overall').rows.length
    expect(count({})).toBeGreaterThan(1)
    expect(count({ classCount: 64 })).toBe(1)
    expect(count({ pairs: [...officeHome.pairs, { source: 'art', target: 'sketch' }] })).toBe(1)
  })

  it('has no published average for some of the pairs, and no row of an average alone', () => {
    const some = { ...officeHome, pairs: [{ source: 'art', target: 'clipart' }] }
    const { rows } = pairTable(result(some), 'overall')
    expect(rows[0]?.names).toEqual(['CLIP zero-shot, published', 'ViT-B/16'])
    expect(rows[0]?.figures).toEqual([
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

  it('have the published rows of VisDA-2017 from renderings to photos, by class where they are printed so', () => {
    const names = publishedVisda2017.columns
    const everyClass: StudyRow = {
      name: 'method',
      runs: [
        {
          source: 'synthetic',
          target: 'real',
          seed: 1,
          accuracy: accuracy(
            names.map(() => 0),
            names.map((_, label) => label),
            names,
          ),
        },
      ],
    }
    const visda = {
      layout: 'visda-2017',
      backbone: 'RN101',
      classCount: 12,
      pairs: [{ source: 'synthetic', target: 'real' }],
      rows: [everyClass],
    } as const
    const [table] = classTables(result(visda))
    expect(
      table?.rows.map((each) => [...each.names, each.figures.at(11)?.mean, each.figures.at(-1)?.mean]),
    ).toEqual([
      ['CLIP zero-shot, DAPL README', 'RN101', undefined, expect.closeTo(0.844)],
      ['CLIP fine-tuned, DAPL README', 'RN101', undefined, expect.closeTo(0.745)],
      ['DAPL, DAPL README', 'RN101', undefined, expect.closeTo(0.869)],
      ['DAPL, DAPL log', 'RN101', expect.closeTo(0.6269), expect.closeTo(0.8681)],
      ['method', 'RN101', 0, expect.closeTo(1 / 12)],
    ])
    expect(classTables(result({ ...visda, classCount: 11 }))[0]?.rows).toHaveLength(1)
    const back = { ...visda, pairs: [{ source: 'real', target: 'synthetic' }] }
    expect(classTables(result(back))[0]?.rows).toHaveLength(1)
  })
})
