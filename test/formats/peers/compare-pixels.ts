/** How far preprocessed pixels are from those of open_clip, hence Pillow. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../../src/effects/effect.js'
import { clipNormalisation } from '../../../src/effects/image-view.js'
import { decodeImages } from '../../../src/effects/operations.js'
import type { ImagePreprocessing } from '../../../src/formats/checkpoints/image-preprocessing.js'
import {
  openAiPreprocessing,
  transformOf,
  viewOf,
} from '../../../src/formats/checkpoints/image-preprocessing.js'
import { readSafetensors } from '../../../src/formats/safetensors/file.js'
import { largestOf, named } from './made-tensors.js'
import type { Made } from './made.js'

/** The largest difference of normalised pixels [3,side,side], in units of 1 / 255 of a colour, without float32's rounding. */
const pixelDistance = (ours: ArrayLike<number>, theirs: ArrayLike<number>): number => {
  const differences = Array.from(theirs, (value, i) => {
    const deviation = clipNormalisation.deviation[Math.floor((3 * i) / theirs.length)] ?? 1
    return 255 * deviation * (value - (ours[i] ?? Infinity))
  })
  return Number(largestOf(differences).toFixed(3))
}

/** The name of a library's pixels, the image file, and its preprocessing as a configuration says it. */
interface PreparedImage {
  readonly name: string
  readonly file: string
  readonly preprocessing: ImagePreprocessing
}

/** The name of a library's pixels, and how far ours are from them, in units of 1 / 255. */
interface PixelDistance {
  readonly name: string
  readonly distance: number
}

/** Distances from the pixels in a file of the library's. Fails at an image that cannot be decoded. */
const distances = (
  { folder, about: { side } }: Made,
  file: string,
  images: readonly PreparedImage[],
): Effect.Effect<readonly PixelDistance[]> =>
  pipe(
    readSafetensors(join(folder, file)),
    Effect.flatMap(({ tensors }) =>
      pipe(
        images,
        Effect.traverseArray(({ name, file: image, preprocessing }) => {
          const request = { path: join(folder, 'images', image), view: viewOf(preprocessing) }
          return pipe(
            decodeImages([request], transformOf(preprocessing, side)),
            Effect.flatMapEither(({ images: { data }, failures: [failed] }) =>
              failed === undefined ? E.right(data) : E.left(failed.failure),
            ),
            Effect.bindTo('ours'),
            Effect.bindEither('theirs', () => named(tensors, file, name)),
            Effect.map(({ ours, theirs }) => ({ name, distance: pixelDistance(ours, theirs.data) })),
          )
        }),
      ),
    ),
  )

/** How far the pixels of each image file are from open_clip's of its conversion to RGB, prepared as OpenAI does. */
export const pixelDistances = (made: Made): Effect.Effect<readonly PixelDistance[]> =>
  distances(
    made,
    'pixels.safetensors',
    Object.keys(made.about.images).map((file) => ({ name: file, file, preprocessing: openAiPreprocessing })),
  )

/** The same of some files with the other modes and kernels of resizing that configurations can say. */
export const resizedDistances = (made: Made): Effect.Effect<readonly PixelDistance[]> =>
  distances(
    made,
    'resized.safetensors',
    made.about.resized.map(({ file, resize, interpolation }) => ({
      name: `${file} ${resize} ${interpolation}`,
      file,
      preprocessing: { ...openAiPreprocessing, resize, interpolation },
    })),
  )
