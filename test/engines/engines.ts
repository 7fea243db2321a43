/** The engines that run on every machine, besides the reference. */
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { tfjsEngine } from '../../src/engines/tfjs/engine.js'

export const engines = [onnxEngine({ threads: 2 }), tfjsEngine('cpu'), tfjsEngine('wasm')]
