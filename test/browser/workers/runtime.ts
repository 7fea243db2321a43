/** The runtime of a tab, in its worker: images, files, and a training run that goes on. */
import * as E from 'fp-ts/lib/Either.js'
import { centreView, clipNormalisation } from '../../../src/effects/image-view.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryFiles } from '../../../src/effects/runtimes/memory-files.js'
import { originFiles } from '../../../src/effects/runtimes/web/origin-files.js'
import { webRuntime } from '../../../src/effects/runtimes/web/web-runtime.js'
import { answerPage } from '../../../src/effects/runtimes/web/worker.js'
import { onnxWebEngine } from '../../../src/engines/onnx-web/index.js'
import { fileStory } from '../file-story.js'
import { runtimeSettings } from '../runtime-settings.js'
import { bitsOf, diskOf, filesOf, trainedTo, writeFiles } from '../training-in-parts.js'

const engine = onnxWebEngine({ files: '/onnxruntime/', threads: 1 })

answerPage(async (given, terminal) => {
  if (!runtimeSettings.is(given)) throw new Error('no settings')
  const images = memoryFiles(diskOf(given.images))
  const decoded = await webRuntime(engine, terminal, { files: images }).decodeImages({
    requests: Object.keys(given.images).map((path) => ({ path, view: centreView })),
    transform: { resolution: 24, ...clipNormalisation },
  })()
  const story = await interpret(fileStory)(webRuntime(engine, terminal, { files: originFiles }))()
  await writeFiles(originFiles, given.run)
  const trained = await interpret(trainedTo(given.steps, true))(
    webRuntime(engine, terminal, { files: originFiles }),
  )()
  if (E.isLeft(decoded) || E.isLeft(trained) || E.isLeft(story)) {
    throw new Error(E.isLeft(trained) ? explain(trained.left) : 'images or files')
  }
  return {
    pixels: [...decoded.right.images.data],
    failures: decoded.right.failures.length,
    story: story.right,
    trained: bitsOf(trained.right),
    run: await filesOf(originFiles),
  }
})
