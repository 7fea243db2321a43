/** The code of the site's own pages runs, and prints what the pages show; test/documentation/examples.test.ts compiles it. */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { sections } from '../../site/contents.js'
import type { Example } from '../documentation/examples.js'
import { examplesOfMarkdown } from '../documentation/examples.js'
import { moduleRunner } from '../documentation/module-runner.js'

const folder = fileURLToPath(new URL('../../site/pages/', import.meta.url))
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => path.replaceAll('\\', '/'))

/** Whole modules: a block that is continued is run together with those that continue it. */
const modulesOf = (path: string): readonly Example[] => {
  const examples = examplesOfMarkdown(path, readFileSync(`${folder}${path}`, 'utf8')).filter(
    ({ rejected }) => rejected === undefined,
  )
  return examples.filter(({ code }, i) => !(examples[i + 1]?.code.startsWith(code) ?? false))
}

describe('the code of the site', () => {
  const run = moduleRunner()
  const modules = pages.flatMap(modulesOf)

  it('is on many pages', () => {
    expect(modules.length).toBeGreaterThan(15)
  })

  it.each(modules)('runs, and prints what is shown: $path, the block at line $line', async (example) => {
    const print = vi.spyOn(console, 'log').mockReturnValue()
    await run(`page-${example.path.replaceAll('/', '-')}-${example.line}`, example.code)
    const printed = print.mock.calls.map((values) => values.join(' ')).join('\n')
    print.mockRestore()
    expect(printed).toBe(example.printed ?? '')
  })
})

describe('the contents of the site', () => {
  it('list each of its own pages once', () => {
    const listed = sections.flatMap(({ pages: of }) => of.flatMap(({ from }) => from ?? []))
    expect(listed.filter((from) => from.startsWith('site/pages/')).toSorted()).toEqual(
      pages.map((path) => `site/pages/${path}`).toSorted(),
    )
    expect(new Set(listed).size).toBe(listed.length)
  })

  it('list each page of docs', () => {
    const docs = readdirSync(fileURLToPath(new URL('../../docs', import.meta.url))).filter((name) =>
      name.endsWith('.md'),
    )
    const listed = new Set(sections.flatMap(({ pages: of }) => of.map(({ from }) => from)))
    expect(docs.filter((name) => !listed.has(`docs/${name}`))).toEqual([])
  })
})
