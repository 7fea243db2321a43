/** The images of a pretraining: as many as fit are kept as they were decoded, the others are decoded again for each step. */
import { pipe } from 'fp-ts/lib/function.js'
import type { LabelledImage } from '../../data/data-set.js'
import { inDecodedChunks } from '../../data/decoded-chunks.js'
import * as Effect from '../../effects/effect.js'
import { explain } from '../../effects/explain.js'
import type { ImageTransform } from '../../effects/image-view.js'
import { centreView } from '../../effects/image-view.js'
import type { ImageRequest } from '../../effects/instruction.js'
import { allDecoded, closeImages, nextImages, openImages, printLine } from '../../effects/operations.js'
import type { TensorValue } from '../../values/value.js'
import { zeros } from '../../values/value.js'

/** An image with the number of its domain. */
export interface DomainImage extends LabelledImage {
  readonly domain: number
}

/** The images that can be decoded, and the pixels of the first of them. */
export interface PretrainingImages {
  readonly images: readonly DomainImage[]
  /** Pixels [N,3,R,R] of the first of them, one chunk after the other. */
  readonly kept: readonly TensorValue[]
}

/** Images that are decoded together. */
const readChunk = 64

/**
 * Decodes all images once; broken ones are reported and left out. Chunks are kept as long as there are no more than `most`
 * images in them.
 */
export const readImages = (
  transform: ImageTransform,
  all: readonly DomainImage[],
  most: number,
): Effect.Effect<PretrainingImages> =>
  pipe(
    inDecodedChunks(
      {
        label: 'reading images',
        size: readChunk,
        requests: ({ path }) => [{ path, view: centreView }],
        transform,
      },
      all.map((image, position) => ({ ...image, position })),
      (chunk, { images, positions, failures }) =>
        pipe(
          failures,
          Effect.traverseArray(({ failure }) => printLine(`skipped: ${explain(failure)}`)),
          Effect.map(() => ({
            found: positions.flatMap((at) => chunk[at] ?? []),
            kept: (chunk.at(-1)?.position ?? 0) < most ? [images] : [],
          })),
        ),
    ),
    Effect.map((chunks) => ({
      images: chunks.flatMap(({ found }) => found),
      kept: chunks.flatMap(({ kept }) => kept),
    })),
  )

/** Where an image's pixels are kept: a chunk, and its row in it. */
const placesOf = ({
  kept,
}: PretrainingImages): readonly { readonly chunk: TensorValue; readonly row: number }[] =>
  kept.flatMap((chunk) => Array.from({ length: chunk.shape[0] ?? 0 }, (_, row) => ({ chunk, row })))

/** What steps draw from: the numbers of a step's images, and how many steps there are. */
export interface DrawnSteps {
  readonly steps: number
  readonly imagesOf: (step: number) => readonly number[]
}

/**
 * Gives the pixels [B,3,R,R] of the images of steps to a procedure. Images that are not kept are decoded while the step before
 * is taken. It fails where one of them can no longer be decoded.
 */
export const withPixels = <A>(
  all: PretrainingImages,
  transform: ImageTransform,
  { steps, imagesOf }: DrawnSteps,
  use: (pixels: (step: number) => Effect.Effect<TensorValue>) => Effect.Effect<A>,
): Effect.Effect<A> => {
  const places = placesOf(all)
  const side = transform.resolution
  const size = 3 * side * side
  const requests = all.images.map(({ path }): ImageRequest => ({ path, view: centreView }))
  const requestsOf = (step: number): readonly ImageRequest[] =>
    imagesOf(step).flatMap((image) => (image < places.length ? [] : (requests[image] ?? [])))
  const batch = (step: number, decoded: TensorValue | undefined): TensorValue => {
    const images = imagesOf(step)
    const pixels = zeros('f32', [images.length, 3, side, side])
    let fresh = 0
    images.forEach((image, at) => {
      const place = places[image]
      const [from, row] = place === undefined ? [decoded, fresh] : [place.chunk, place.row]
      if (place === undefined) fresh += 1
      if (from !== undefined) pixels.data.set(from.data.subarray(row * size, (row + 1) * size), at * size)
    })
    return pixels
  }
  return places.length === all.images.length
    ? use((step) => Effect.of(batch(step, undefined)))
    : Effect.bracket(
        openImages(
          Array.from({ length: steps }, (_, step) => requestsOf(step)),
          transform,
        ),
        (queue) =>
          use((step) =>
            pipe(
              nextImages(queue, step),
              Effect.flatMap(allDecoded),
              Effect.map((decoded) => batch(step, decoded)),
            ),
          ),
        closeImages,
      )
}
