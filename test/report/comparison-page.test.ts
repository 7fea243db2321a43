import { describe, expect, it } from 'vitest'
import type { RunComparison, RunGroup } from '../../src/experiments/comparison/compare-runs.js'
import { comparisonPage } from '../../src/report/comparison/comparison-page.js'
import { hostileNames } from '../support/hostile-names.js'
import { sampleComparison } from './sample-comparison.js'

const comparison = sampleComparison(6)
const page = comparisonPage(comparison, 'tensile test')

const named = (name: string): RunComparison => {
  const rename = (group: RunGroup): RunGroup => ({
    ...group,
    ...{ method: name, source: name, target: name, own: [[name, name]] },
    runs: group.runs.map((run) => ({ ...run, directory: name })),
    curves: group.curves.map((curve) => ({ ...curve, name })),
  })
  return {
    groups: comparison.groups.map(rename),
    differing: [{ path: name, values: [{ value: name, of: [0] }] }],
    skipped: [{ path: name, reason: name }],
  }
}

/** Names of the tags of a page, and of the attributes in them. */
const structureOf = (text: string): readonly string[] =>
  [...text.matchAll(/<\/?([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>/gi)].map(
    ([, tag, attributes = '']) =>
      `${tag} ${[...attributes.matchAll(/ ([a-z-]+)="/g)].map(([, name]) => name).join()}`,
  )

describe('the page of a comparison', () => {
  it('has a row with mean and deviation for each group, one of its last metrics, and one for each run', () => {
    expect(page).toContain('<h1>Comparison of 12 runs in 6 rows</h1>')
    expect(page).toContain('62.0 ± 2.8')
    expect(page.match(/<tr data-group="3"/g)).toHaveLength(4)
  })

  it('draws a curve of each group for each metric', () => {
    expect(page.match(/<svg/g)).toHaveLength(2)
    expect(page.match(/<path class="curve"/g)).toHaveLength(12)
  })

  it('loads nothing: no address of another file in it', () => {
    expect(page).not.toMatch(/src=|href="[^#]|url\(|import\b/)
  })

  it('has tables with names, and headings for columns and rows', () => {
    expect(page.match(/<table/g)).toHaveLength(4)
    expect(page.match(/<caption>|<table aria-label=/g)).toHaveLength(4)
    expect(page).not.toMatch(/<th(?! scope=)[ >]/)
  })

  it.each(hostileNames)('has the same tags and attributes whatever things are called: %j', (name) => {
    const hostile = comparisonPage(named(name), name)
    expect(structureOf(hostile)).toEqual(structureOf(comparisonPage(named('plain'), 'plain')))
    expect(hostile.slice(0, hostile.indexOf('<script>'))).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(hostile.match(/<script/g)).toHaveLength(1)
  })
})
