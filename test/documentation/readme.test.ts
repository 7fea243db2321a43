/** The README is true: its code runs and prints what it shows, its links lead to files, its commands take their options. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import * as t from 'io-ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { addCommands } from '../../src/cli/command-list.js'
import { expectRight } from '../expect-either.js'
import { blocksOfMarkdown, examplesOfMarkdown } from './examples.js'
import { moduleRunner } from './module-runner.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
].filter((path) => path.endsWith('.md'))
const readme = read('README.md')

describe('the code of the README', () => {
  const run = moduleRunner()
  const examples = examplesOfMarkdown('README.md', readme).filter(({ rejected }) => rejected === undefined)
  const here = process.cwd()
  const folder = mkdtempSync(join(tmpdir(), 'readme-'))
  beforeAll(() => process.chdir(folder))
  afterAll(() => {
    process.chdir(here)
    rmSync(folder, { recursive: true })
  })

  it('has a block whose output is shown, and one that states laws', () => {
    expect(examples.filter(({ printed }) => printed !== undefined).length).toBeGreaterThan(0)
    expect(examples.filter(({ code }) => code.includes('lawsFor(')).length).toBeGreaterThan(0)
  })

  it.each(examples)('runs, and prints what is shown: the block at line $line', async (example) => {
    const print = vi.spyOn(console, 'log').mockReturnValue()
    // No tests within a test: laws are tried at once, and their outcome is seen.
    const tried = example.code.replace(
      /^lawsFor\((\w+), \{$/m,
      "export const outcome = lawsFor($1, { runner: 'none',",
    )
    const { outcome } = await run(`readme-${example.line}`, tried)
    const printed = print.mock.calls.flat().join('\n')
    print.mockRestore()
    if (example.code.includes('lawsFor(')) expect(outcome).toMatchObject({ _tag: 'Right' })
    expect(printed).toBe(example.printed ?? '')
  })
})

describe('the table of entry points in the README', () => {
  it('has one line for each entry point of the package', () => {
    const { exports } = expectRight(
      t.type({ exports: t.record(t.string, t.unknown) }).decode(JSON.parse(read('package.json'))),
    )
    const entries = Object.keys(exports).filter((path) => path !== './package.json')
    const listed = [...readme.matchAll(/^\| `tensile(\/[\w/-]+)?` +\| \S/gm)].map(
      ([, path = '']) => `.${path}`,
    )
    expect(listed.toSorted()).toEqual(entries.toSorted())
  })
})

describe.each(pages)('%s', (page) => {
  it('has links that lead to a file', () => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(
      ([, target = '']) => target,
    )
    expect(targets.filter((target) => !existsSync(join(root, page, '..', target)))).toEqual([])
  })
})

describe('the commands of the README and of the page of commands', () => {
  const shown = ['README.md', 'docs/commands.md']
    .flatMap((path) => blocksOfMarkdown(read(path)))
    .flatMap(({ language, code }) => (language === 'sh' ? code.split('\n') : []))
    .map((line) => line.replace(/ +#.*|^#.*/, ''))
  // After `--` comes the command that another one submits.
  const called = shown
    .filter((line) => line.startsWith('npx adclip '))
    .flatMap((line) => line.slice('npx adclip '.length).split(' -- '))
    .map((line) => ({ line, command: line.split(' ')[0] ?? '', options: line.match(/--[\w-]+/g) ?? [] }))

  it('are found', () => {
    expect(called.length).toBeGreaterThan(10)
  })

  const commands = called.map(({ command }) => command).filter((word) => !word.startsWith('--'))
  it.each([...new Set(commands)])('exist: %s', async (command) => {
    const cli = new Command('adclip')
    await addCommands(cli, [command])
    const named = cli.commands.find((each) => each.name() === command)
    expect(named).toBeDefined()
    const known = new Set([...(named?.options ?? []).map(({ long }) => long), '--help'])
    const used = called.filter((call) => call.command === command).flatMap(({ options }) => options)
    expect(used.filter((option) => !known.has(option))).toEqual([])
  })

  it('of npm are scripts of the package', () => {
    const scripts = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
    const manifest: unknown = JSON.parse(read('package.json'))
    expect(scripts.length).toBeGreaterThan(0)
    expect(manifest).toMatchObject({
      scripts: Object.fromEntries(scripts.map((name) => [name, expect.any(String)])),
    })
  })
})
