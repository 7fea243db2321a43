/** What fused primitives compute is what their definitions in smaller primitives compute. */
import * as R from 'fp-ts/lib/Record.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { definitionOf, definitions } from '../src/dsl/primitives/definitions.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { nodesOf, programOfNodes } from '../src/dsl/program.js'
import { allOps, arbitraryApplication } from '../src/laws/arbitraries/application.js'
import { expectRight } from '../test/expect-either.js'
import { expectClose } from '../test/support/evaluation.js'

const fusedOps = R.keys(definitions)

describe('the definition of a fused primitive gives the same values without it:', () => {
  test.each(fusedOps)('%s', (op) => {
    fc.assert(
      fc.property(arbitraryApplication(op), ({ node: fused, values, sizes }) => {
        const definition = definitionOf(fused) ?? fused
        const program = expectRight(programOfNodes({ fused, definition }))
        expect(nodesOf(expectRight(programOfNodes({ definition }))).map((each) => each.op)).not.toContain(op)
        expect([definition.shape, definition.dtype]).toEqual([fused.shape, fused.dtype])
        const found = expectRight(evaluate(program, values, sizes))
        expectClose([...found.fused.data], [...found.definition.data], 1e-12)
      }),
      { numRuns: 60 },
    )
  })
})

test('primitives that are not fused have no definition', () => {
  const others = allOps.filter((op) => !Object.hasOwn(definitions, op))
  fc.assert(
    fc.property(
      fc.constantFrom(...others).chain((op) => arbitraryApplication(op)),
      ({ node }) => {
        expect(definitionOf(node)).toBeUndefined()
      },
    ),
  )
})
