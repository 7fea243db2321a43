/** Laws of whole programs: JSON there and back, listings, pictures, gradients. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateDim } from '../src/shapes/dim.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { fromJson, toJson } from '../src/dsl/documents/json.js'
import { toDot } from '../src/dsl/documents/print-dot.js'
import { toText } from '../src/dsl/documents/print-text.js'
import type { Node } from '../src/dsl/primitives/primitive.js'
import type { Program } from '../src/dsl/program.js'
import { nodesOf } from '../src/dsl/program.js'
import { keyFromSeed } from '../src/values/random-key.js'
import { zeros } from '../src/values/value.js'
import { allOps, arbitraryApplication } from '../src/laws/arbitraries/application.js'
import { arbitraryLoss, arbitraryProgram, smoothOps } from '../src/laws/arbitraries/program.js'
import { checkGradient } from '../src/laws/gradient-check.js'
import { expectRight } from '../test/expect-either.js'

/** Through the text, as a file would be. */
const throughText = (document: unknown): unknown => JSON.parse(JSON.stringify(document))

describe('a program that is read back from JSON has the same nodes:', () => {
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

  test('any random program', () => {
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

test('fromJson throws for no JSON value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (document) => {
      expect(fromJson(document)._tag).toBe('Left')
    }),
  )
})

/** All places of a JSON value, as paths. */
const places = (value: unknown): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [[], ...Object.entries(value).flatMap(([key, inner]) => places(inner).map((rest) => [key, ...rest]))]
    : [[]]

const replaced = (value: unknown, [first, ...rest]: readonly string[], by: unknown): unknown => {
  if (first === undefined || typeof value !== 'object' || value === null) return by
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    key === first ? replaced(inner, rest, by) : inner,
  ])
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}

/** A document with another value in one of the places that are chosen. */
const changed = (
  program: Program,
  at: number,
  by: unknown,
  chosen: (place: readonly string[]) => boolean = () => true,
): unknown => {
  const document = throughText(toJson(program))
  const candidates = places(document).filter(chosen)
  return replaced(document, candidates[at % candidates.length] ?? [], by)
}

test('fromJson throws for no change of one place of a document', () => {
  fc.assert(
    fc.property(arbitraryProgram(), fc.nat(), fc.jsonValue(), ({ program }, at, by) => {
      expect(['Left', 'Right']).toContain(fromJson(changed(program, at, by))._tag)
    }),
    { numRuns: 200 },
  )
})

/** Values that are likely to be understood where they do not belong. */
const plausible = fc.oneof(
  fc.integer({ min: -2, max: 9 }),
  fc.constantFrom('B', 'K+1', '2*L', 'B/2', 'f32', 'i32', 'bool', 'NaN', true, false),
  fc.array(fc.oneof(fc.integer({ min: -1, max: 4 }), fc.constantFrom('B', 'L')), { maxLength: 4 }),
  fc.constantFrom(...allOps),
)

test('a changed document that can be read has the shapes that the oracle returns', () => {
  const sizes = { B: 2, K: 3, L: 4 }
  const withinANode = (place: readonly string[]): boolean => place[0] === 'nodes' && place.length > 3
  let read = 0
  fc.assert(
    fc.property(
      fc.oneof(
        arbitraryProgram({ steps: 4 }),
        fc.constantFrom(...allOps).chain((op) => arbitraryApplication(op)),
      ),
      fc.nat(),
      plausible,
      ({ program }, at, by) => {
        const outcome = fromJson(changed(program, at, by, withinANode))
        if (E.isLeft(outcome)) return
        const { inputs, parameters, outputs } = outcome.right
        const values = [...inputs, ...parameters].flatMap(({ attributes: { name, dtype, shape } }) => {
          const known = E.traverseArray(evaluateDim(sizes))(shape)
          return E.isRight(known) ? [[name, zeros(dtype, known.right)] as const] : []
        })
        const results = evaluate(outcome.right, Object.fromEntries(values), sizes)
        if (E.isLeft(results)) return
        read += 1
        for (const [name, node] of Object.entries<Node>(outputs)) {
          expect(E.right(results.right[name]?.shape)).toEqual(E.traverseArray(evaluateDim(sizes))(node.shape))
        }
      },
    ),
    { numRuns: 1500 },
  )
  expect(read).toBeGreaterThan(50)
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

test('a random program can be evaluated', () => {
  fc.assert(
    fc.property(arbitraryProgram({ steps: 20 }), ({ program, values, sizes }) => {
      expectRight(evaluate(program, values, sizes))
    }),
  )
})

test('the gradient of a random program equals its slope by central differences', () => {
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
