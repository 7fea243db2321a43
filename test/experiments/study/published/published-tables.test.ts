import { describe, expect, it } from 'vitest'
import { publishedMiniDomainNet } from '../../../../src/experiments/study/published/mini-domainnet.js'
import { publishedOfficeHome } from '../../../../src/experiments/study/published/office-home.js'
import type { PublishedTable } from '../../../../src/experiments/study/published/published-table.js'
import { publishedVisda2017 } from '../../../../src/experiments/study/published/visda-2017.js'
import { publishedNames } from '../../../../src/model/clip/published-architectures.js'

const tables: readonly PublishedTable[] = [publishedOfficeHome, publishedMiniDomainNet, publishedVisda2017]

/** Its rows that have a figure in each column. */
const fullRows = ({ columns, rows }: PublishedTable) =>
  rows.filter(({ accuracies }) => columns.every((column) => accuracies[column] !== undefined))

describe("the paper's Office-Home table", () => {
  it('has three methods on three backbones, twelve pairs each', () => {
    const rows = fullRows(publishedOfficeHome).filter(({ source }) => source.label === 'published')
    expect(rows.map(({ method, backbone }) => `${method} ${backbone}`)).toHaveLength(9)
    expect(new Set(rows.map(({ method, backbone }) => `${method} ${backbone}`)).size).toBe(9)
    for (const { accuracies } of rows) expect(Object.keys(accuracies)).toHaveLength(12)
  })

  it("prints a deviation for AD-CLIP's averages alone", () => {
    const deviations = publishedOfficeHome.rows.flatMap(({ method, backbone, deviation }) =>
      deviation === undefined ? [] : [`${method} ${backbone} ${deviation}`],
    )
    expect(deviations).toEqual(['AD-CLIP RN50 0.1', 'AD-CLIP ViT-B/16 0.2', 'AD-CLIP ViT-L/14 0.2'])
  })
})

describe.each(tables)('the published table of $layout', (table) => {
  it.each(fullRows(table))('averages $method on $backbone ($source.label) to what is printed', (row) => {
    const values = Object.values(row.accuracies)
    const mean = values.reduce((total, value) => total + value, 0) / values.length
    expect(Math.abs(mean - row.average)).toBeLessThan(0.1)
  })

  it('has each row of a source once, on image encoders of published CLIPs', () => {
    const names = table.rows.map(({ method, backbone, source }) => `${method} ${backbone} ${source.citation}`)
    expect(new Set(names).size).toBe(names.length)
    for (const { backbone } of table.rows) expect(publishedNames).toContain(backbone)
  })
})

describe.each([
  { table: publishedOfficeHome, spread: 0 },
  // 69.2 from real, 69.1 from the other two.
  { table: publishedMiniDomainNet, spread: 0.1 },
])('the published table of $table.layout by pair', ({ table: { columns, rows }, spread }) => {
  it('has twelve pairs of four domains', () => {
    expect(new Set(columns).size).toBe(12)
    expect(new Set(columns.flatMap((column) => column.split('→'))).size).toBe(4)
  })

  it('has one accuracy of zero-shot CLIP for each target, whatever the source', () => {
    const targets = new Set(columns.map((column) => column.split('→')[1]))
    for (const { accuracies } of rows.filter(({ method }) => method === 'CLIP zero-shot')) {
      for (const target of targets) {
        const values = Object.entries(accuracies).flatMap(([pair, value]) =>
          pair.endsWith(`→${target}`) ? [value] : [],
        )
        expect(values).toHaveLength(3)
        expect(Math.max(...values) - Math.min(...values)).toBeLessThan(spread + 1e-9)
      }
    }
  })
})
