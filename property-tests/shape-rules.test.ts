/** The run-time shape rule of every primitive promises exactly the shape that the oracle returns. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateDim } from '../src/shapes/dim.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { elementCount } from '../src/values/value.js'
import { allOps, arbitraryApplication } from '../src/laws/arbitraries/application.js'
import { expectRight } from '../test/expect-either.js'

describe('the shape rule gives the shape that the oracle returns:', () => {
  test.each(allOps)('%s', (op) => {
    fc.assert(
      fc.property(arbitraryApplication(op, { values: 'special' }), ({ node, program, values, sizes }) => {
        const promised = expectRight(E.traverseArray(evaluateDim(sizes))(node.shape))
        const { result } = expectRight(evaluate(program, values, sizes))
        expect(result.shape).toEqual(promised)
        expect(result.data).toHaveLength(elementCount(promised))
      }),
      { numRuns: 60 },
    )
  })
})
