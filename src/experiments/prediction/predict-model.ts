/** Classifying images by an exported model, with the description next to it. */
import { pipe } from 'fp-ts/lib/function.js'
import { inDecodedChunks } from '../../data/decoded-chunks.js'
import * as Effect from '../../effects/effect.js'
import { explain } from '../../effects/explain.js'
import { printLine } from '../../effects/operations.js'
import type { OpenModel } from '../../engines/onnx/open-model.js'
import { outputOf } from '../../engines/output-of.js'
import { joinRows } from '../../values/rows.js'
import type { TensorValue } from '../../values/value.js'
import { runOnImages } from '../encoding/run-on-images.js'
import { readDescription, transformOfModel } from '../export/model-description.js'
import { imagePaths } from './image-paths.js'
import type { PredictedImages } from './predicted-images.js'

/** Images in a run of a model that takes any number of them. */
const anyBatch = 32

/** Probabilities [N,K] of decoded images [N,3,R,R], some in a run. */
const probabilitiesOf = (
  { executable }: OpenModel,
  batch: number,
  images: TensorValue,
): Effect.Effect<TensorValue> =>
  pipe(runOnImages(executable, batch, images), Effect.flatMapEither(outputOf('probabilities', 'model')))

/**
 * The probabilities of the classes for images, or for all images of folders, by a model that `exportRun` wrote and that is open.
 * Images that cannot be read are reported and left out.
 *
 * Fails with `FileMissing` where there is nothing at a path, or no description next to the model; with `InvalidSetting` where there is
 * no image that can be read.
 *
 * @example
 * const predicted = (model: Parameters<typeof predictWithModel>[1]) =>
 *   predictWithModel('classifier.onnx', model, ['photos'])
 */
export const predictWithModel = (
  path: string,
  model: OpenModel,
  paths: readonly string[],
): Effect.Effect<PredictedImages> => {
  const batch = model.inputs['images']?.[0] ?? anyBatch
  return pipe(
    Effect.Do,
    Effect.bind('images', () => imagePaths(paths)),
    Effect.bind('description', () => readDescription(path)),
    Effect.bind('parts', ({ images, description }) => {
      const { transform, view } = transformOfModel(description)
      return inDecodedChunks(
        {
          label: 'classifying',
          size: batch,
          requests: (image: string) => [{ path: image, view }],
          transform,
        },
        images,
        (chunk, decoded) =>
          pipe(
            decoded.failures,
            Effect.traverseArray(({ failure }) => printLine(`skipped: ${explain(failure)}`)),
            Effect.apSecond(
              decoded.positions.length === 0
                ? Effect.of<readonly TensorValue[]>([])
                : pipe(
                    probabilitiesOf(model, batch, decoded.images),
                    Effect.map((rows) => [rows]),
                  ),
            ),
            Effect.map((rows) => ({ read: decoded.positions.flatMap((at) => chunk[at] ?? []), rows })),
          ),
      )
    }),
    Effect.tap(({ parts }) =>
      parts.some(({ read }) => read.length > 0)
        ? Effect.unit
        : Effect.left({
            tag: 'InvalidSetting',
            field: 'images',
            at: paths.join(', '),
            problem: 'there is no image that can be read',
            advice: 'name images, or folders that hold some',
          }),
    ),
    Effect.map(({ images, description: { classes }, parts }) => {
      const read = parts.flatMap((part) => part.read)
      const known = new Set(read)
      return {
        classes,
        paths: read,
        probabilities: joinRows(parts.flatMap(({ rows }) => rows)),
        skipped: images.filter((image) => !known.has(image)),
      }
    }),
  )
}
