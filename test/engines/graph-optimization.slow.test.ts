/** ONNX Runtime computes what programs mean, whether it rewrites their graphs or not. */
import { describe, it } from 'vitest'
import { registerConformance } from '../../src/engine-conformance/index.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { graphOptimizations } from '../../src/engines/onnx/provider.js'

for (const graphOptimization of graphOptimizations)
  registerConformance({ describe, it }, onnxEngine({ threads: 1, graphOptimization }), { runs: 20 })
