/** Every loss keeps its laws on the engine that trains with it. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { explain } from '../src/effects/index.js'
import {
  agreesWithOracle,
  checkLawsOn,
  engineUnderLaw,
  explainViolation,
  layerLaws,
  lossLaws,
} from '../src/laws/index.js'

const onnx = engineUnderLaw(onnxEngine({ threads: 1 }), { explain })

describe('on onnx', () => {
  test.each(lossLaws)('$name keeps its laws', async (declaration) => {
    const outcome = await checkLawsOn(onnx, declaration, { runs: 5 })()
    expect(E.isLeft(outcome) ? explainViolation(outcome.left) : '').toBe('')
  })

  test.each(layerLaws)('$name agrees with the oracle', async (declaration) => {
    const outcome = await checkLawsOn(onnx, { ...declaration, laws: [agreesWithOracle] }, { runs: 3 })()
    expect(E.isLeft(outcome) ? explainViolation(outcome.left) : '').toBe('')
  })
})
