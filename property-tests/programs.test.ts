/** Laws of whole programs: JSON there and back, listings, pictures, gradients. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { fromJson, toJson } from '../src/dsl/json.js'
import { toDot } from '../src/dsl/print-dot.js'
import { toText } from '../src/dsl/print-text.js'
import type { Node } from '../src/dsl/primitive.js'
import { nodesOf } from '../src/dsl/program.js'
import { keyFromSeed } from '../src/dsl/random-key.js'
import { allOps, arbitraryApplication } from '../src/laws/arbitraries/application.js'
import { arbitraryLoss, arbitraryProgram, smoothOps } from '../src/laws/arbitraries/program.js'
import { checkGradient } from '../src/laws/gradient-check.js'
import { expectRight } from '../test/expect-either.js'

/** Through the text, as a file would be. */
const throughText = (document: unknown): unknown => JSON.parse(JSON.stringify(document))

describe('a program read back from JSON has the very same nodes', () => {
  test.each(allOps)('%s', (op) => {
    fc.assert(
      fc.property(arbitraryApplication(op), ({ program }) => {
        const again = expectRight(fromJson(throughText(toJson(program))))
        expect(again.outputs['result']).toBe(program.outputs.result)
        expect(again.declared).toEqual(program.declared)
      }),
      { numRuns: 20 },
    )
  })

  test('of any form', () => {
    fc.assert(
      fc.property(arbitraryProgram({ steps: 20 }), ({ program }) => {
        const again = expectRight(fromJson(throughText(toJson(program))))
        expect(Object.keys(again.outputs)).toEqual(Object.keys(program.outputs))
        for (const [name, node] of Object.entries<Node>(program.outputs)) {
          expect(again.outputs[name]).toBe(node)
        }
      }),
    )
  })
})

test('no JSON makes the reader throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (document) => {
      expect(fromJson(document)._tag).toBe('Left')
    }),
  )
})

test('no change of one place of a document makes the reader throw', () => {
  const places = (value: unknown): readonly (readonly (string | number)[])[] =>
    typeof value === 'object' && value !== null
      ? [[], ...Object.entries(value).flatMap(([key, inner]) => places(inner).map((rest) => [key, ...rest]))]
      : [[]]
  const replaced = (value: unknown, place: readonly (string | number)[], by: unknown): unknown => {
    const [first, ...rest] = place
    if (first === undefined || typeof value !== 'object' || value === null) return by
    const entries = Object.entries(value).map(([key, inner]) => [
      key,
      key === first ? replaced(inner, rest, by) : inner,
    ])
    return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
  }
  fc.assert(
    fc.property(
      arbitraryProgram(),
      fc.nat(),
      fc.oneof(fc.jsonValue(), fc.integer({ min: -3, max: 30 })),
      ({ program }, at, by) => {
        const document = throughText(toJson(program))
        const everywhere = places(document)
        const outcome = fromJson(replaced(document, everywhere[at % everywhere.length] ?? [], by))
        expect(['Left', 'Right']).toContain(outcome._tag)
      },
    ),
    { numRuns: 300 },
  )
})

test('a listing and a picture name every operation once', () => {
  fc.assert(
    fc.property(arbitraryProgram(), ({ program }) => {
      const scalars = nodesOf(program).filter(({ op, shape }) => op === 'constant' && shape.length === 0)
      const leaves = program.inputs.length + program.parameters.length
      const operations = toText(program)
        .split('\n')
        .filter((line) => /^ {2}%\d+ = /.test(line))
      expect(operations).toHaveLength(nodesOf(program).length - leaves - scalars.length)
      const boxes = toDot(program)
        .split('\n')
        .filter((line) => /^ {2}n\d+ \[/.test(line))
      expect(boxes).toHaveLength(nodesOf(program).length)
    }),
  )
})

test('a random program evaluates', () => {
  fc.assert(
    fc.property(arbitraryProgram({ steps: 20 }), ({ program, values, sizes }) => {
      expectRight(evaluate(program, values, sizes))
    }),
  )
})

test('the gradient of a random program is its slope', () => {
  fc.assert(
    fc.property(arbitraryLoss({ ops: smoothOps, steps: 8 }), fc.nat(), ({ program, values, sizes }, seed) => {
      const { fromGradient, fromDifferences } = expectRight(
        checkGradient(program.outputs.loss, values, keyFromSeed(seed), sizes),
      )
      const allowed = 1e-5 * (1 + Math.abs(fromGradient) + Math.abs(fromDifferences))
      expect(Math.abs(fromGradient - fromDifferences)).toBeLessThan(allowed)
    }),
  )
})
