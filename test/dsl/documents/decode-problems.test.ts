import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { decodeProblems } from '../../../src/dsl/documents/decode-problems.js'
import { positiveInteger, integer } from '../../../src/dsl/documents/integer.js'
import { expectLeft } from '../../expect-either.js'

const codec = t.type({
  name: t.string,
  layers: t.array(t.type({ width: positiveInteger })),
  model: t.union([
    t.intersection([t.type({ kind: t.literal('a') }), t.type({ depth: integer })]),
    t.type({ kind: t.literal('b'), height: t.number }),
  ]),
})
const right = { name: 'x', layers: [{ width: 3 }], model: { kind: 'a', depth: 2 } }

const problems = (value: unknown): readonly string[] => decodeProblems(expectLeft(codec.decode(value)))

describe('a rejected value is explained with one line for each wrong field:', () => {
  it.each<{ readonly value: unknown; readonly said: readonly string[] }>([
    { value: { ...right, name: 3 }, said: ['name is 3, wanted string'] },
    {
      value: { ...right, layers: [{ width: 3 }, { width: 0 }] },
      said: ['layers.1.width is 0, wanted a whole number of at least 1'],
    },
    { value: { ...right, layers: undefined }, said: ['layers is missing'] },
    {
      value: { ...right, name: null, layers: {} },
      said: ['name is null, wanted string', 'layers is {}, wanted a list'],
    },
    {
      value: { ...right, model: { kind: 'a', depth: 1.5 } },
      said: ['model.depth is 1.5, wanted a whole number'],
    },
    { value: { ...right, model: { kind: 'b' } }, said: ['model.height is missing'] },
    {
      value: { ...right, model: { kind: 'c' } },
      said: ['model is {"kind":"c"}, wanted an object of a known kind'],
    },
    { value: 'text', said: ['it is "text", wanted an object'] },
    {
      value: 'a text that goes on and on, longer than anybody wants to read in a message',
      said: ['it is "a text that goes on and on, longer than anybody wants to..., wanted an object'],
    },
  ])('$value', ({ value, said }) => {
    expect(problems(value)).toEqual(said)
  })
})
