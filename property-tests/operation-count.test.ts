/** Laws of operation counts: every primitive has one, and a program's is the sum over nodes that are computed once. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OperationCount } from '../src/dsl/index.js'
import {
  countOperations,
  countOperationsByPrimitive,
  addOperations,
  programOfNodes,
} from '../src/dsl/index.js'
import type { Node } from '../src/dsl/primitives/primitive.js'
import type { Program } from '../src/dsl/program.js'
import { allOps, arbitraryApplication } from '../src/laws/arbitraries/application.js'
import { arbitraryProgram } from '../src/laws/arbitraries/program.js'
import { expectRight } from '../test/expect-either.js'

const countOf = (of: Program, sizes: Readonly<Record<string, number>>): OperationCount =>
  expectRight(countOperations(of, sizes))

describe('the operation count of every primitive is a whole number:', () => {
  test.each(allOps)('%s', (op) => {
    fc.assert(
      fc.property(arbitraryApplication(op), ({ program, sizes }) => {
        const { multiplyAdds, elementwise } = countOf(program, sizes)
        expect(Number.isSafeInteger(multiplyAdds) && multiplyAdds >= 0).toBe(true)
        expect(Number.isSafeInteger(elementwise) && elementwise >= 0).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
})

test('operation counts by primitive add up to that of the program', () => {
  fc.assert(
    fc.property(arbitraryProgram({ steps: 12 }), ({ program, sizes }) => {
      const byPrimitive = expectRight(countOperationsByPrimitive(program, sizes))
      expect(addOperations([...byPrimitive.values()])).toEqual(countOf(program, sizes))
    }),
  )
})

test('two outputs together have at least the operations of each, and at most the sum of both', () => {
  fc.assert(
    fc.property(arbitraryProgram({ steps: 12 }), ({ program, sizes }) => {
      const apart = Object.entries<Node>(program.outputs).map(([name, node]) => {
        const { multiplyAdds, elementwise } = countOf(expectRight(programOfNodes({ [name]: node })), sizes)
        return 2 * multiplyAdds + elementwise
      })
      const { multiplyAdds, elementwise } = countOf(program, sizes)
      const together = 2 * multiplyAdds + elementwise
      expect(together).toBeGreaterThanOrEqual(Math.max(0, ...apart))
      expect(together).toBeLessThanOrEqual(apart.reduce((sum, count) => sum + count, 0))
    }),
  )
})
