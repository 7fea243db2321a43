/** AD-CLIP's demo in a worker: the procedure that `adclip demo` runs, on the engine of browsers. */
import * as E from 'fp-ts/lib/Either.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryFiles } from '../../../src/effects/runtimes/memory-files.js'
import { answerPage } from '../../../src/effects/runtimes/web/worker.js'
import { webRuntime } from '../../../src/effects/runtimes/web/web-runtime.js'
import { onnxWebEngine } from '../../../src/engines/onnx-web/index.js'
import { loadClipVocabulary } from '../../../src/formats/clip-vocabulary.js'
import { tokenizer } from '../../../src/model/tokenizer/tokenizer.js'
import type { DemoAnswer } from '../demo-settings.js'
import { demoSettings, demoWithClassifier, filesOfDemo, packedClip } from '../demo-settings.js'
import { decodedText, diskOf, encoded } from '../training-in-parts.js'

answerPage(async (given, page): Promise<DemoAnswer> => {
  if (!demoSettings.is(given)) throw new Error('no settings')
  const { threads, files, drawings } = given
  const clip = new Uint8Array(await (await fetch(`/${packedClip}`)).arrayBuffer())
  const disk = diskOf({ ...files, [packedClip]: encoded(clip) })
  const vocabulary = await loadClipVocabulary()
  if (E.isLeft(vocabulary)) throw new Error(explain(vocabulary.left))
  const runtime = webRuntime(onnxWebEngine({ files: '/onnxruntime/', threads }), page, {
    files: memoryFiles(disk),
    renderDrawing: (svg) => {
      const png = drawings[svg]
      return png === undefined ? page.renderDrawing(svg) : () => Promise.resolve(E.right(decodedText(png)))
    },
  })
  const outcome = await interpret(demoWithClassifier(given, tokenizer(vocabulary.right)))(runtime)()
  if (E.isLeft(outcome) && outcome.left.tag !== 'Interrupted') throw new Error(explain(outcome.left))
  return { stopped: E.isLeft(outcome), files: filesOfDemo(disk) }
})
