/** The run-time shape rule of every primitive promises exactly what the oracle returns. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateDim } from '../src/dsl/dim.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { elementCount } from '../src/dsl/value.js'
import { allOps, arbitraryApplication } from '../src/laws/arbitraries/application.js'
import { expectRight } from './support/expect-right.js'

describe('the shape and type that a rule promises are those that the oracle returns', () => {
  test.each(allOps)('%s', (op) => {
    fc.assert(
      fc.property(arbitraryApplication(op, { values: 'special' }), ({ node, program, values, sizes }) => {
        const promised = E.traverseArray(evaluateDim(sizes))(node.shape)
        const { result } = expectRight(evaluate(program, values, sizes))
        expect(E.right(result.shape)).toEqual(promised)
        expect(result.dtype).toBe(node.dtype)
        expect(result.data).toHaveLength(elementCount(result.shape))
      }),
      { numRuns: 60 },
    )
  })
})
