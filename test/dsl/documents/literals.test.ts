import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeProblems } from '../../../src/dsl/documents/decode-problems.js'
import { keysOf, literals } from '../../../src/dsl/documents/literals.js'
import { expectLeft } from '../../expect-either.js'

describe('the codec of a list of names', () => {
  const reading = literals(['rows', 'batch'])

  it('decodes the names of the list and lists them', () => {
    expect(reading.values.map((name) => reading.decode(name))).toEqual([E.right('rows'), E.right('batch')])
    expect(reading.values).toEqual(['rows', 'batch'])
  })

  it.each([['columns'], [undefined], [3], ['toString']])('refuses %s', (other) => {
    expect(E.isLeft(reading.decode(other))).toBe(true)
    expect(reading.is(other)).toBe(false)
  })

  it('says which names it knows', () => {
    expect(decodeProblems(expectLeft(reading.decode('columns')))).toEqual([
      'it is "columns", wanted "rows" | "batch"',
    ])
  })
})

describe('the keys of a table', () => {
  it('come in the order in which they are written', () => {
    expect(keysOf({ sgd: 1, adam: 2 })).toEqual(['sgd', 'adam'])
  })
})
