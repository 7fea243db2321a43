/** The page of a comparison in a browser: photographed, and used by the keyboard. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as t from 'io-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { comparisonPage } from '../../../src/report/comparison/comparison-page.js'
import { expectRight } from '../../expect-either.js'
import { sampleComparison } from '../../report/sample-comparison.js'
import { chromium } from '../../support/chromium.js'

const seen = t.type({
  /** Numbers of the rows that are visible, in their order. */
  rows: t.array(t.number),
  curves: t.number,
  sorted: t.array(t.string),
  said: t.string,
})

const used = t.type({
  opened: seen,
  searched: seen,
  chosen: seen,
  descending: seen,
  ascending: seen,
  findings: t.array(t.string),
  complaints: t.array(t.string),
  requests: t.array(t.string),
})

const photographs = t.array(
  t.type({
    name: t.string,
    screen: t.number,
    width: t.number,
    smallestText: t.number,
    complaints: t.array(t.string),
    requests: t.array(t.string),
  }),
)

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** Where the pictures are kept, to be looked at. */
const folder = `${root}build/comparison`
const page = `${folder}/comparison.html`

const printedBy = async (script: string): Promise<unknown> => {
  const words = [`${root}test/report/${script}`, page, folder, chromium ?? '']
  const { stdout } = await promisify(execFile)(process.execPath, words)
  return JSON.parse(stdout)
}

describe('the page of a comparison in a browser', () => {
  const { groups, ...rest } = sampleComparison(6)
  let use: t.TypeOf<typeof used>

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(page, comparisonPage({ groups, ...rest }, 'tensile'))
    use = expectRight(used.decode(await printedBy('use-comparison.mjs')))
  }, 180_000)

  const byAccuracy = groups
    .map(({ overall }, i) => ({ row: i + 1, mean: overall.mean }))
    .toSorted((a, b) => b.mean - a.mean)
    .map(({ row }) => row)

  it('shows all rows when it is opened', () => {
    expect(use.opened).toEqual({
      rows: [1, 2, 3, 4, 5, 6],
      curves: 12,
      sorted: [],
      said: '6 of 6 rows shown',
    })
  })

  it('is filtered by words and by a method, its curves with it', () => {
    expect(use.searched).toMatchObject({ rows: [4, 5, 6], curves: 6, said: '3 of 6 rows shown' })
    expect(use.chosen).toMatchObject({ rows: [2, 5], curves: 4, said: '2 of 6 rows shown' })
  })

  it('is sorted by a heading, which says in what order', () => {
    expect(byAccuracy).not.toEqual([1, 2, 3, 4, 5, 6])
    expect(use.descending).toMatchObject({ rows: byAccuracy, sorted: ['Accuracy, % descending'] })
    expect(use.ascending).toMatchObject({
      rows: byAccuracy.toReversed(),
      sorted: ['Accuracy, % ascending'],
    })
  })

  it('loads nothing, causes no complaint, and has nothing that axe finds', () => {
    expect(use.requests).toHaveLength(1)
    expect(use.complaints).toEqual([])
    expect(use.findings).toEqual([])
  })

  it('is no wider than a desk or a phone, and its charts can be read there', async () => {
    for (const taken of expectRight(photographs.decode(await printedBy('photograph.mjs')))) {
      expect(taken.width).toBeLessThanOrEqual(taken.screen)
      expect(taken.smallestText).toBeGreaterThanOrEqual(9)
      expect([taken.complaints, taken.requests.length]).toEqual([[], 1])
    }
  }, 180_000)
})
