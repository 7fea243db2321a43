/** Classifying images by a finished run. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import type { PromptTokenizer } from '../adaptation/class-prompts.js'
import { readFinishedRun } from '../adaptation/finished-run.js'
import { predictLogits } from '../adaptation/predict-logits.js'
import type { RunInputOptions } from '../adaptation/run-inputs.js'
import { imageEncoder } from '../encoding/image-encoder.js'
import { evaluatedRows } from '../encoding/training-views.js'
import { imagePaths } from './image-paths.js'
import type { PredictedImages } from './predicted-images.js'
import { softmaxRows } from './predicted-images.js'

/**
 * The probabilities of the classes for images, or for all images of folders, by the run in a directory: those of its evaluation,
 * bit for bit, where the images are the same. A method that classifies all images of a target at once sees these images as its target.
 * Images that cannot be read are reported and left out.
 *
 * Fails as `readFinishedRun` does, with `FileMissing` where there is nothing at a path, and with `InvalidSetting` where there is
 * no image.
 *
 * @example
 * interpret(predictWithRun('runs/pacs', ['photos'], clipTokenizer))
 */
export const predictWithRun = (
  directory: string,
  paths: readonly string[],
  tokenizer: PromptTokenizer,
  options: Pick<RunInputOptions, 'clip' | 'features' | 'readClip'> = {},
): Effect.Effect<PredictedImages> =>
  pipe(
    Effect.Do,
    Effect.bind('images', () => imagePaths(paths)),
    Effect.tap(({ images }) =>
      images.length > 0
        ? Effect.unit
        : Effect.left({
            tag: 'InvalidSetting',
            field: 'images',
            at: paths.join(', '),
            problem: 'there is no image',
            advice: 'name images, or folders that hold some',
          }),
    ),
    Effect.bind('run', () => readFinishedRun(directory, tokenizer, options)),
    Effect.bind('set', ({ images, run: { task, configuration } }) =>
      imageEncoder(options.features)(
        task.clip,
        'images',
        images.map((path) => ({ path, label: -1 })),
        evaluatedRows(configuration.method, task.clip.view),
      ),
    ),
    Effect.bind('logits', ({ run: { task, trained }, set }) => predictLogits(task, trained.values, set)),
    Effect.map(({ images, run: { task }, set, logits }) => {
      const read = new Set(set.images.map(({ path }) => path))
      return {
        classes: task.classes,
        paths: set.images.map(({ path }) => path),
        probabilities: softmaxRows(logits),
        skipped: images.filter((path) => !read.has(path)),
      }
    }),
  )
