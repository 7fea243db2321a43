import { describe, expect, it } from 'vitest'
import { sourceFiles } from '../architecture/source-files.js'
import { examplesOfSource } from '../documentation/examples.js'
import { numberOf } from '../support/evaluation.js'
import { nodeOf } from '../types/judges.js'

/** The examples of losses that say their value: the last line is `const loss = ... // 0.875`. */
const documented = sourceFiles()
  .filter(({ path }) => path.startsWith('src/losses/'))
  .flatMap(examplesOfSource)
  .flatMap(({ path, line, code }) => {
    const [, value] = /\/\/ (-?[\d.]+)$/.exec(code.trim()) ?? []
    return value === undefined
      ? []
      : [
          {
            path,
            line,
            value,
            program: code
              .trim()
              .replace('const loss = ', '')
              .replace(/ *\/\/ [^/]*$/, ''),
          },
        ]
  })

describe('the examples of losses', () => {
  it('say values', () => expect(documented.length).toBeGreaterThan(10))

  it.each(documented)('$path:$line has the value $value', ({ program, value }) => {
    const node = nodeOf(program)
    const decimals = value.split('.')[1]?.length ?? 0
    expect(node === undefined ? undefined : numberOf({ node }).toFixed(decimals)).toBe(value)
  })
})
