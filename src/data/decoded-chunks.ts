/** Walking over many images, decoded a chunk at a time and ahead of the walk. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { chunksOf, inChunks } from '../effects/in-chunks.js'
import type { DecodedImages, ImageRequest } from '../effects/instruction.js'
import { closeImages, nextImages, openImages } from '../effects/operations.js'
import type { ImageTransform } from '../effects/image-view.js'

export interface DecodedWalk<A> {
  /** The name under which progress is shown. */
  readonly label: string
  /** Items in a chunk. */
  readonly size: number
  /** The images to decode for an item. */
  readonly requests: (item: A) => readonly ImageRequest[]
  readonly transform: ImageTransform
}

/**
 * `inChunks` with the decoded images of each chunk; the next chunk is decoded meanwhile. Broken images are listed with
 * their chunk, and the walk continues.
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
