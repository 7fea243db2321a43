/** Programs of many steps, and their gradients, are on engines what they are on the oracle. */
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { tfjsEngine } from '../src/engines/tfjs/engine.js'
import { explain } from '../src/effects/index.js'
import { checkProgramsOn, explainProgramViolation } from '../src/laws/index.js'

// Not tfjs-wasm: its cosine is off by 1e-7 everywhere, so by many units in the last place near its zeros.
test.each([onnxEngine({ threads: 1 }), tfjsEngine('cpu')])(
  'random programs agree with the oracle on $name',
  async (engine) => {
    const outcome = await checkProgramsOn(engine, { explain, runs: 60 })()
    expect(E.isLeft(outcome) ? explainProgramViolation(outcome.left) : '').toBe('')
  },
)
