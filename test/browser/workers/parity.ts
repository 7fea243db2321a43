/** Five steps of AD-CLIP on the engine of browsers, compared with the released implementation. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryDisk, memoryFiles } from '../../../src/effects/runtimes/memory-files.js'
import { answerPage } from '../../../src/effects/runtimes/web/worker.js'
import { webRuntime } from '../../../src/effects/runtimes/web/web-runtime.js'
import { onnxWebEngine } from '../../../src/engines/onnx-web/index.js'
import { runParity } from '../../../src/experiments/parity/run-parity.js'

const names = t.array(t.string)

answerPage(async (given, terminal) => {
  if (!names.is(given)) throw new Error('no names of files')
  const fetched = given.map(async (name) => {
    const answer = await fetch(`/parity/${name}`)
    return [`parity/${name}`, new Uint8Array(await answer.arrayBuffer())] as const
  })
  const files = memoryFiles(memoryDisk(Object.fromEntries(await Promise.all(fetched))))
  const engine = onnxWebEngine({ files: '/onnxruntime/' })
  const outcome = await interpret(runParity('parity'))(webRuntime(engine, terminal, { files }))()
  if (E.isLeft(outcome)) throw new Error(explain(outcome.left))
  return outcome.right.rows.map(({ name, ok, maxAbsDiff }) => ({ name, ok, maxAbsDiff }))
})
