/** Exporting a finished run as an ONNX model that runs without this library. */
import { basename, dirname } from '../../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Tokenizer } from '../../model/tokenizer/tokenizer.js'
import { templateTokens } from '../adaptation/class-prompts.js'
import { readFinishedRun } from '../adaptation/finished-run.js'
import * as Effect from '../../effects/effect.js'
import { makeFolder, withFolder, writeFile } from '../../effects/operations.js'
import { checkOutputFile } from '../../effects/outputs.js'
import { classifierOf } from './classifier.js'
import { describeModel, descriptionPath, descriptionText, metadataOf } from './model-description.js'
import { onnxFiles } from './onnx-files.js'

export interface ExportOptions {
  readonly tokenizer: Tokenizer
  /** The file to write, `*.onnx`. */
  readonly out: string
  /** Where CLIP lies now, if it is no longer where the configuration says. */
  readonly clip?: string | undefined
  /** Images in a run of the model, B. Without it, the model takes batches of any size. */
  readonly batch?: number | undefined
  /** Replace a file that is there, which is refused otherwise. */
  readonly overwrite?: boolean
  /** Bytes of weights beyond which they go into a second file. */
  readonly limit?: number
}

/** The files that were written, and their sizes in bytes. */
export type Exported = readonly { readonly path: string; readonly bytes: number }[]

/**
 * Writes the classifier of a run: `images` [B,3,R,R] to `logits` and `probabilities` [B,K]. Weights beyond what one file
 * can hold go into `<out>.data`, which must stay in the same folder. The names of the classes and the preprocessing are in the
 * model's metadata, and next to it as JSON (see `descriptionPath`): ONNX Runtime for JavaScript shows no metadata. Fails with `OutputTaken`, before anything is read, where
 * there is a file of one of these names and `overwrite` is not set, or a folder.
 *
 * @example
 * interpret(exportRun('runs/pacs', { tokenizer: clipTokenizer, out: 'classifier.onnx' }))
 */
export const exportRun = (
  directory: string,
  { tokenizer, out, batch, limit, clip, overwrite = false }: ExportOptions,
): Effect.Effect<Exported> => {
  const dataPath = `${out}.data`
  const described = descriptionPath(out)
  return pipe(
    checkOutputFile(out, { overwrite }),
    Effect.apSecond(checkOutputFile(dataPath, { overwrite })),
    Effect.apSecond(checkOutputFile(described, { overwrite })),
    Effect.apSecond(readFinishedRun(directory, tokenizer, { clip })),
    Effect.flatMapEither((finished) => {
      const { configuration, task } = finished
      const words = templateTokens(tokenizer, configuration.templates[0] ?? '')
      const description = describeModel(configuration, task.classes, task.clip)
      return pipe(
        classifierOf(finished, words, batch),
        E.chainW((classifier) =>
          onnxFiles(classifier, {
            metadata: metadataOf(description),
            dataFile: basename(dataPath),
            ...(limit === undefined ? {} : { limit }),
          }),
        ),
        E.map((files) => ({ ...files, description: new TextEncoder().encode(descriptionText(description)) })),
      )
    }),
    // The model last: it would be broken without its weights, and wrong with the weights or classes of another export.
    Effect.tap(({ model, data, description }) => {
      const files = pipe(writeFile(described, [description]), Effect.apSecond(writeFile(out, [model])))
      return data.length === 0
        ? pipe(makeFolder(dirname(out)), Effect.apSecond(files))
        : withFolder(dirname(out), pipe(writeFile(dataPath, data), Effect.apSecond(files)))
    }),
    Effect.map(({ model, data, description }) => [
      { path: out, bytes: model.byteLength },
      { path: described, bytes: description.byteLength },
      ...(data.length === 0
        ? []
        : [{ path: dataPath, bytes: data.reduce((total, { byteLength }) => total + byteLength, 0) }]),
    ]),
  )
}
