/**
 * Images in an order that depends on the content of their files alone. A folder is listed class by class, so its order
 * says which images share a class: training must not see that order where it must not know the classes.
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import type { LabelledImage } from '../../data/data-set.js'
import { hashFile, yieldControl } from '../../effects/operations.js'

/** An image with the hash of its file. */
export type HashedImage = LabelledImage & Required<Pick<LabelledImage, 'sha256'>>

/** The image with the SHA-256 of its file, which is read unless the hash is there already. */
export const hashed = (image: LabelledImage): Effect.Effect<HashedImage> =>
  image.sha256 === undefined
    ? pipe(
        yieldControl,
        Effect.flatMap(() => hashFile(image.path, 'sha256')),
        Effect.map((sha256) => ({ ...image, sha256 })),
      )
    : Effect.of({ ...image, sha256: image.sha256 })

/**
 * The images in the order of their hashes, whatever their names and folders. Files with the same content are
 * interchangeable. Fails where a file cannot be read.
 */
export const inContentOrder = (images: readonly LabelledImage[]): Effect.Effect<readonly HashedImage[]> =>
  pipe(
    images,
    Effect.traverseArray(hashed),
    Effect.map((all) => all.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1))),
  )
