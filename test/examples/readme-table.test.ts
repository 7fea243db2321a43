import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commentOf } from './stated-figures.js'

const root = new URL('../../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')
const section = readme.split('\n## Examples\n')[1]?.split('\n## ')[0] ?? ''

/** The rows that begin with an example: its file, and what stands in the last column. */
const rows = section.split('\n').flatMap((line) => {
  const [, first = '', , figures = ''] = line.split('|')
  const file = /\(examples\/([\w-]+\.ts)\)/.exec(first)?.[1]
  return file === undefined ? [] : [{ file, figures }]
})

describe('the table of examples in the README', () => {
  it('links every example in TypeScript', () => {
    const examples = readdirSync(new URL('examples', root)).filter((name) => name.endsWith('.ts'))
    expect(examples.filter((name) => !section.includes(`(examples/${name})`))).toEqual([])
  })

  it.each(rows)('states figures that are in the comment of $file', ({ file, figures }) => {
    const stated = figures.match(/\d+\.\d+/g) ?? []
    const comment = commentOf(file)
    expect(stated.filter((figure) => !comment.includes(` ${figure}`))).toEqual([])
  })
})
