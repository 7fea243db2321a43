/** Checks the engine of browsers in a worker. */
import { checkConformance } from '../../../src/engine-conformance/index.js'
import { onnxWebEngine } from '../../../src/engines/onnx-web/index.js'
import { answerPage } from '../../../src/effects/runtimes/web/worker.js'
import { conformanceSettings } from '../conformance-settings.js'

answerPage((given) => {
  if (!conformanceSettings.is(given)) throw new Error('no settings')
  const engine = onnxWebEngine({ ...given.engine, files: '/onnxruntime/' })
  return checkConformance(engine, { runs: given.runs })()
})
