import { describe, expect, it } from 'vitest'
import { formatTables } from '../../src/cli/study-table.js'
import type { FigureTable } from '../../src/experiments/study/figure-table.js'

const table: FigureTable = {
  title: 'accuracy, %',
  heading: ['method', 'backbone', 'A→B', 'Avg'],
  rows: [
    { names: ['zero-shot', 'RN50'], figures: [{ mean: 0.5, deviation: undefined, count: 1 }, undefined] },
    {
      names: ['ours, "best"', 'RN50'],
      figures: [
        { mean: 0.61234, deviation: 0.0149, count: 3 },
        { mean: 1, deviation: 0, count: 3 },
      ],
    },
  ],
  notes: ['a note'],
}

describe('a table of a study', () => {
  it('is printed as text', () => {
    expect(formatTables([table], 'text')).toMatchInlineSnapshot(`
      "accuracy, %

      method        backbone  A→B         Avg
      ────────────  ────────  ──────────  ───────────
      zero-shot     RN50      50.0        -
      ours, "best"  RN50      61.2 ± 1.5  100.0 ± 0.0

      a note"
    `)
  })

  it('is printed as Markdown', () => {
    expect(formatTables([table], 'markdown')).toMatchInlineSnapshot(`
      "accuracy, %

      | method | backbone | A→B | Avg |
      | --- | --- | --- | --- |
      | zero-shot | RN50 | 50.0 | - |
      | ours, "best" | RN50 | 61.2 ± 1.5 | 100.0 ± 0.0 |

      a note"
    `)
  })

  it('is printed as CSV, with deviations in columns of their own', () => {
    expect(formatTables([table], 'csv')).toMatchInlineSnapshot(`
      "method,backbone,A→B,A→B deviation,Avg,Avg deviation
      zero-shot,RN50,50.000,,,
      "ours, ""best""",RN50,61.234,1.490,100.000,0.000"
    `)
  })

  it('is printed as CSV under its title if there are several tables', () => {
    const alone = formatTables([table], 'csv')
    const titled = `"accuracy, %"\n${alone}`
    expect(formatTables([table, table], 'csv')).toBe(`${titled}\n\n${titled}`)
  })

  it('is printed as JSON, as shares', () => {
    expect(JSON.parse(formatTables([table, table], 'json'))).toEqual(
      [table, table].map(() => ({
        title: 'accuracy, %',
        rows: [
          {
            method: 'zero-shot',
            backbone: 'RN50',
            figures: { 'A→B': { mean: 0.5, count: 1 }, Avg: null },
          },
          {
            method: 'ours, "best"',
            backbone: 'RN50',
            figures: {
              'A→B': { mean: 0.61234, deviation: 0.0149, count: 3 },
              Avg: { mean: 1, deviation: 0, count: 3 },
            },
          },
        ],
        notes: ['a note'],
      })),
    )
  })
})
