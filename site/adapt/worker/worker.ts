/** The worker of the page that adapts: everything heavy happens here, with files in the browser's own storage. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { originFiles } from '../../../src/effects/runtimes/web/origin-files.js'
import { webRuntime } from '../../../src/effects/runtimes/web/web-runtime.js'
import { answerPage } from '../../../src/effects/runtimes/web/worker.js'
import { onnxWebEngine } from '../../../src/engines/onnx-web/index.js'
import { loadClipVocabulary } from '../../../src/formats/clip-vocabulary.js'
import { tokenizer } from '../../../src/model/tokenizer/tokenizer.js'
import { adaptInTab, preparationOf, preparedPath } from './adaptation.js'
import type { Adapted, ChosenImage } from '../request.js'

/** The version of the library, which the bundler knows. */
declare const TENSILE_VERSION: string

const file = new t.Type<Blob>(
  'Blob',
  (value): value is Blob => value instanceof Blob,
  (value, context) => (value instanceof Blob ? t.success(value) : t.failure(value, context)),
  t.identity,
)
const chosen: t.Type<readonly ChosenImage[]> = t.readonlyArray(
  t.type({ folder: t.string, name: t.string, file }),
)
const adaptRequest = t.type({
  assets: t.string,
  epochs: t.number,
  images: t.union([
    t.undefined,
    t.type({ tag: t.literal('Drawn'), perThing: t.number }),
    t.type({ tag: t.literal('Own'), labelled: chosen, unlabelled: chosen }),
  ]),
})

const fetched = async (address: string): Promise<Uint8Array> => {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${answer.statusText}`)
  return new Uint8Array(await answer.arrayBuffer())
}

answerPage(async (given, page): Promise<Adapted> => {
  if (!adaptRequest.is(given)) throw new Error('the page sent no adaptation')
  const { assets, epochs, images } = given
  const vocabulary = await loadClipVocabulary()
  if (E.isLeft(vocabulary)) throw new Error(explain(vocabulary.left))
  const begin =
    images === undefined
      ? undefined
      : {
          preparation: await preparationOf(images, epochs),
          packedClip: await fetched(`${assets}demo-clip.safetensors`),
        }
  const runtime = webRuntime(onnxWebEngine({ files: `${assets}onnxruntime/` }), page, {
    files: originFiles,
    renderDrawing: page.renderDrawing,
  })
  const outcome = await interpret(
    adaptInTab({ begin, tokenizer: tokenizer(vocabulary.right), version: TENSILE_VERSION }),
  )(runtime)()
  if (E.isRight(outcome)) return { tag: 'Adapted', ...outcome.right }
  if (outcome.left.tag !== 'Interrupted') throw new Error(explain(outcome.left))
  const status = await originFiles.pathStatus(preparedPath)()
  return { tag: 'Stopped', resumable: E.isRight(status) && status.right.kind === 'file' }
})
