/**
 * Images in an order that their content alone decides. Listings of a folder go class by class, so their order tells
 * which images are of one class: training must not depend on it where it must not know the classes.
 */
import { createHash } from 'node:crypto'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import type { LabelledImage } from '../../data/data-set.js'
import { readFile, yieldControl } from '../../effects/operations.js'

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * The images ordered by the SHA-256 of their files, whatever these are named and wherever they lie. Files that hold
 * the same are interchangeable.
 */
export const inContentOrder = (images: readonly LabelledImage[]): Effect.Effect<readonly LabelledImage[]> =>
  pipe(
    images,
    Effect.traverseArray((image) =>
      pipe(
        yieldControl,
        Effect.flatMap(() => readFile(image.path)),
        Effect.map((bytes) => ({ image, key: digest(bytes) })),
      ),
    ),
    Effect.map((keyed) => keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ image }) => image)),
  )
