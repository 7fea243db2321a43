/** The table for those who come from PyTorch or JAX is true: its code is ours, its numbers are theirs. */
import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { expectRight } from '../../expect-either.js'
import { askAbout, differenceOfRow, differencesFrom, storedNumbers } from './compare-rows.js'
import { pageOf, pagePath } from './page.js'
import { nameOfRow } from './row.js'
import { sections } from './sections.js'

const named = sections.flatMap((section) =>
  section.rows.map((row) => ({ name: nameOfRow(section, row), row })),
)

describe('the table from PyTorch and JAX', () => {
  it('has at least 120 rows, each once', () => {
    expect(named.length).toBeGreaterThanOrEqual(120)
    expect(new Set(named.map(({ name }) => name)).size).toBe(named.length)
  })

  it('is the one that its rows make: npm run docs:from-pytorch writes it', async () => {
    expect(readFileSync(pagePath, 'utf8')).toBe(await pageOf(sections))
  })
})

describe('the numbers of PyTorch that are stored are ours', () => {
  const stored = storedNumbers()

  it('and there are some for each row: npm run docs:from-pytorch -- --numbers stores them', () => {
    expect(Object.keys(expectRight(stored)).toSorted()).toEqual(named.map(({ name }) => name).toSorted())
  })

  it.each(named.map(({ name, row }) => [name, row] as const))('for %s', async (name, row) => {
    expect(await differenceOfRow(row, expectRight(stored)[name] ?? [])).toBeUndefined()
  })
})

describe('the numbers of the library that is installed are ours', () => {
  test.for(['pytorch', 'jax'] as const)('%s', { timeout: 600_000 }, async (library, { skip }) => {
    const answers = expectRight(await askAbout(library, sections))
    if (answers.tag === 'Skipped') return skip(answers.reason)
    expect(await differencesFrom(library, answers, sections)).toEqual([])
  })
})
