/** The engine `onnx` computes what the oracle computes: every primitive, at random shapes and values. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import type { Op } from '../src/dsl/primitive.js'
import { onnxEngine } from '../src/effects/engines/onnx/engine.js'
import type { Application } from '../src/laws/arbitraries/application.js'
import { allOps, arbitraryApplication } from '../src/laws/arbitraries/application.js'
import { difference, outcomeOn } from '../test/engines/agreement.js'
import { expectRight } from '../test/expect-either.js'

const engine = onnxEngine({ threads: 1 })
const tolerance = { absolute: 2e-5, relative: 2e-5 }

const agrees = async ({ program, values, sizes }: Application): Promise<void> => {
  const expected = expectRight(evaluate(program, values, sizes))
  const found = expectRight(await outcomeOn(engine, program, values, sizes))
  expect(difference(found['result'], expected.result, tolerance)).toBeUndefined()
}

describe('on ordinary numbers', () => {
  test.each(allOps)('%s', (op) =>
    fc.assert(fc.asyncProperty(arbitraryApplication(op), agrees), { numRuns: 25 }),
  )
})

/** Where an operand holds NaN or +Infinity, how far they spread in the result of these is left to the engine. */
const spreading: readonly Op[] = ['conv2d', 'softmax', 'logSoftmax', 'logSumExp']

describe('on NaN, infinities and the ends of the integers', () => {
  test.each(allOps.filter((op) => !spreading.includes(op)))('%s', (op) =>
    fc.assert(fc.asyncProperty(arbitraryApplication(op, { values: 'special' }), agrees), { numRuns: 25 }),
  )
})
