/** A model exported with open symbols computes what its program means, at whatever sizes its inputs have. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { explain } from '../src/effects/index.js'
import { singlePrecision } from '../src/engine-conformance/agreement.js'
import { conformanceChecks } from '../src/engine-conformance/index.js'
import { checkProgramsOn, explainProgramViolation } from '../src/laws/index.js'
import { exportedModelEngine } from '../test/support/exported-model-engine.js'

test('random programs with open symbols agree with the oracle once exported', async () => {
  const outcome = await checkProgramsOn(exportedModelEngine, { explain, runs: 60 })()
  expect(E.isLeft(outcome) ? explainProgramViolation(outcome.left) : '').toBe('')
})

describe('a model with open symbols, exported', () => {
  const ofNumbers = conformanceChecks.filter(({ area }) =>
    ['values', 'special values', 'gradients', 'shapes'].includes(area),
  )
  test.each(ofNumbers)('computes $area: $subject', async ({ run }) => {
    const options = {
      runs: 10,
      seed: 1,
      tolerance: singlePrecision,
      heldTensors: undefined,
      heldBytes: undefined,
    }
    const outcome = await run(exportedModelEngine, options)()
    expect(E.isLeft(outcome) ? outcome.left : '').toBe('')
  })
})
