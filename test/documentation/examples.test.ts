import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sourceFiles } from '../architecture/source-files.js'
import { compileExamples } from './compile-examples.js'
import { examplesOfMarkdown, examplesOfSource } from './examples.js'

const markdown = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8')

describe('examples', () => {
  const examples = [
    ...examplesOfMarkdown('README.md', markdown('README.md')),
    ...sourceFiles().flatMap(examplesOfSource),
  ]
  const verdicts = compileExamples(examples)
  const accepted = verdicts.filter(({ example }) => example.rejected === undefined)
  const rejected = verdicts.filter(({ example }) => example.rejected !== undefined)

  it('are found in docstrings and in the README', () => {
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
