import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sourceFiles } from '../architecture/source-files.js'
import { compileExamples } from './compile-examples.js'
import { examplesOfMarkdown, examplesOfSource } from './examples.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const filesIn = (folder: string): readonly string[] =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`)
const markdown = ['README.md', ...filesIn('docs'), ...filesIn('site/pages')].filter((path) =>
  path.endsWith('.md'),
)

describe('examples', () => {
  const examples = [
    ...markdown.flatMap((path) => examplesOfMarkdown(path, readFileSync(`${root}${path}`, 'utf8'))),
    ...sourceFiles().flatMap(examplesOfSource),
  ]
  const verdicts = compileExamples(examples)
  const accepted = verdicts.filter(({ example }) => example.rejected === undefined)
  const rejected = verdicts.filter(({ example }) => example.rejected !== undefined)

  it('are found in docstrings, in the README, in the guides and in the pages of the site', () => {
    expect(examples.length).toBeGreaterThan(60)
    expect(rejected.length).toBeGreaterThan(0)
  })

  it.each([...new Set(accepted.map(({ example }) => example.path))])('of %s compile', (path) => {
    const ofFile = accepted.filter(({ example }) => example.path === path)
    const complaints = ofFile.flatMap((verdict) => verdict.complaints)
    expect(complaints, complaints.join('\n')).toEqual([])
  })

  it('of mistakes are rejected with the message that the documentation shows', () => {
    const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
    for (const { example, complaints } of rejected) {
      expect(complaints.length, `${example.path}:${example.line} compiles`).toBeGreaterThan(0)
      for (const complaint of complaints) {
        expect(oneLine(example.rejected ?? '')).toContain(oneLine(complaint.split('\n').at(-1) ?? ''))
      }
    }
  })
})
