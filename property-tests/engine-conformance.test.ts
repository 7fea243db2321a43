/** Every engine that runs everywhere computes what programs mean. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { registerConformance } from '../src/engine-conformance/index.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { referenceEngine } from '../src/engines/reference/engine.js'
import { tfjsEngine } from '../src/engines/tfjs/engine.js'

const runner = { describe, it }
const heldTensors = (): number => tf.engine().state.numTensors

registerConformance(runner, referenceEngine, { runs: 3 })
registerConformance(runner, onnxEngine({ threads: 1 }))
registerConformance(runner, tfjsEngine('cpu'), { heldTensors, runs: 5 })
registerConformance(runner, tfjsEngine('wasm'), { heldTensors, runs: 5 })
