/** Walking over many images, decoded a chunk at a time and ahead of the walk. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { chunksOf, inChunks } from '../effects/in-chunks.js'
import type { DecodedImages, ImageRequest } from '../effects/instruction.js'
import { closeImages, nextImages, openImages } from '../effects/operations.js'
import type { ImageTransform } from '../effects/image-view.js'

export interface DecodedWalk<A> {
  /** What progress is shown as. */
  readonly label: string
  /** Items in a chunk. */
  readonly size: number
  /** What is to be decoded of an item. */
  readonly requests: (item: A) => readonly ImageRequest[]
  readonly transform: ImageTransform
}

/**
 * `inChunks`, with the images of each chunk: those of the next are decoded meanwhile. Broken images are listed with the
 * chunk that they belong to, and stop nothing.
 *
 * @example
 * const requests = (path: string) => [{ path, view: centreView }]
 * const transform = { resolution: 224, ...clipNormalisation }
 * const shapes = inDecodedChunks({ label: 'looking', size: 32, requests, transform }, ['a.jpg'], (_, { images }) =>
 *   Effect.of(images.shape),
 * )
 */
export const inDecodedChunks = <A, B>(
  { label, size, requests, transform }: DecodedWalk<A>,
  items: readonly A[],
  body: (chunk: readonly A[], decoded: DecodedImages) => Effect.Effect<B>,
): Effect.Effect<readonly B[]> =>
  Effect.bracket(
    openImages(
      chunksOf(items, size).map((chunk) => chunk.flatMap(requests)),
      transform,
    ),
    (queue) =>
      inChunks(label, items, size, (chunk) =>
        pipe(
          nextImages(queue),
          Effect.flatMap((decoded) => body(chunk, decoded)),
        ),
      ),
    closeImages,
  )
