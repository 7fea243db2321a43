import { posix } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basename, dirname, extname, join, normalize, relative } from '../../src/effects/paths.js'

const part = fc.constantFrom('', '.', '..', 'a', 'run.json', '.hidden', 'x.tar.gz', 'end.', 'with space', 'ü')
const path = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'))

/** Node keeps a slash at the end of a path, which says nothing about a place. */
const unslashed = (text: string): string => (text === '/' ? text : text.replace(/\/+$/, ''))

describe.skipIf(process.platform === 'win32')('paths without the system', () => {
  it('are normalized as Node normalizes them', () => {
    fc.assert(
      fc.property(path, (text) => {
        expect(normalize(text)).toBe(unslashed(posix.normalize(text)))
      }),
      { numRuns: 1000 },
    )
  })

  it('are joined as Node joins them', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 3 }), (parts) => {
        expect(join(...parts)).toBe(unslashed(posix.join(...parts)))
      }),
      { numRuns: 1000 },
    )
  })

  it('have the folder, the last part and the suffix that Node finds', () => {
    fc.assert(
      fc.property(path, (text) => {
        expect(normalize(dirname(text))).toBe(unslashed(posix.normalize(posix.dirname(text))))
        expect(basename(text)).toBe(posix.basename(text))
        expect(extname(text)).toBe(posix.extname(text))
      }),
      { numRuns: 1000 },
    )
  })

  it('lead from one place to another as in Node', () => {
    fc.assert(
      fc.property(path, path, (from, to) => {
        const [start, end] = [`/r/${normalize(from)}`, `/r/${normalize(to)}`]
        expect(relative(start, end)).toBe(posix.relative(start, end))
      }),
      { numRuns: 1000 },
    )
  })
})
