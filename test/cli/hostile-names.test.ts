import { describe, expect, it } from 'vitest'
import { compareRun } from '../../src/cli/accuracy-table.js'
import { formatTables, tableFormats } from '../../src/cli/study-table.js'
import { markdownTable, textTable } from '../../src/cli/table.js'
import { explain } from '../../src/effects/explain.js'
import { inertJson, inertLines } from '../../src/effects/printable.js'
import { hostileNames } from '../support/hostile-names.js'

const actedOn = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

const tableOf = (name: string) => ({
  title: name,
  heading: ['method', 'backbone', name],
  rows: [{ names: [name, name] as const, figures: [{ mean: 0.5, deviation: undefined, count: 1 }] }],
  notes: [name],
})

const numbersOf = (name: string) => ({
  overall: 1,
  balanced: 1,
  count: 1,
  perClass: [{ name, count: 1, accuracy: 1 }],
  confusion: [[1]],
})

describe.each(hostileNames)('the name %j', (name) => {
  it.each(tableFormats)('has no character in a table as %s that a terminal acts on', (format) => {
    expect(formatTables([tableOf(name), tableOf(name)], format)).not.toMatch(actedOn)
  })

  it('makes no further line in a table of text', () => {
    expect(textTable(['a', name], [[name, 'b']]).split('\n')).toHaveLength(3)
    const lines = formatTables([tableOf(name)], 'text').split('\n')
    expect(lines).toHaveLength(7)
  })

  it('makes no further line, no further cell and no markup in a table of Markdown', () => {
    const lines = markdownTable(['a', name], [[name, 'b']]).split('\n')
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      expect(line.replaceAll(/\\./g, '').split('|')).toHaveLength(4)
      expect(line).not.toMatch(/[<>]|(?<!\\)[`*[\]]/)
    }
  })

  it('makes no further record in CSV, and no formula', () => {
    const lines = formatTables([tableOf(name)], 'csv').split('\n')
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).not.toMatch(/(^|,)"?([=+@]|-(?!\d+\.\d+(,|$)))/)
  })

  it('is the same name again when JSON that is printed is read', () => {
    const [table] = JSON.parse(formatTables([tableOf(name)], 'json'))
    expect(table.title).toBe(name)
    expect(table.rows[0].method).toBe(name)
    expect(Object.entries(table.rows[0].figures)).toEqual([[name, { mean: 0.5, count: 1 }]])
    expect(JSON.parse(inertJson({ [name]: [name] }))).toEqual(JSON.parse(JSON.stringify({ [name]: [name] })))
  })

  it('is inert in the comparison of a run', () => {
    const text = compareRun({
      method: 'ad-clip',
      source: name,
      target: name,
      seed: 1,
      zeroShot: numbersOf(name),
      adapted: numbersOf(name),
      warnings: [name],
    })
    expect(text).not.toMatch(actedOn)
    expect(text.split('\n')).toHaveLength(9)
  })

  it('makes no further line in the words of a failure', () => {
    const words = explain({ tag: 'ImageBroken', path: name, reason: `broken\n${name}` })
    expect(words.split('\n')).toHaveLength(2)
    expect(inertLines(words)).not.toMatch(actedOn)
  })
})
