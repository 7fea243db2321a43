/** A program that is written as an ONNX file and read again means what it meant. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { singlePrecision } from '../src/engine-conformance/agreement.js'
import { conformanceChecks } from '../src/engine-conformance/index.js'
import { reimportedModelEngine } from '../test/support/reimported-model-engine.js'

/** Their bits are computed by integers without a sign, which programs do not have. */
const unsigned: readonly string[] = ['randomBits', 'randomUniform', 'randomNormal']

describe('a program, written as an ONNX file and read again,', () => {
  const ofNumbers = conformanceChecks.filter(
    ({ area, subject }) => ['values', 'gradients'].includes(area) && !unsigned.includes(subject),
  )
  test.each(ofNumbers)('computes $area: $subject', async ({ run }) => {
    const options = {
      runs: 5,
      seed: 1,
      tolerance: singlePrecision,
      heldTensors: undefined,
      heldBytes: undefined,
    }
    const outcome = await run(reimportedModelEngine, options)()
    expect(E.isLeft(outcome) ? outcome.left : '').toBe('')
  })
})
