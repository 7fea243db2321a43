/** Refuses steps of more images than there are. */
import * as E from 'fp-ts/lib/Either.js'
import type { Failure } from '../effects/failure.js'

/** `1 image`, `3 images`. */
export const countOf = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`

/**
 * Fails with `InvalidSetting` of `batch` where a step takes more images than its holder, a domain or a data set, has: a step
 * takes each image once.
 */
export const checkBatch = (
  batch: number,
  holder: { readonly name: string; readonly images: number },
): E.Either<Failure, void> =>
  batch <= holder.images
    ? E.right(undefined)
    : E.left({
        tag: 'InvalidSetting',
        field: 'batch',
        problem: `a step takes ${countOf(batch, 'image')}, and ${holder.name} has ${countOf(holder.images, 'image')} to train on`,
        advice: 'take a smaller batch, or more images',
        instead: { field: 'batch', value: String(Math.max(holder.images, 1)) },
      })
