/** Refuses steps of more images than there are. */
import * as E from 'fp-ts/lib/Either.js'
import { counted } from '../effects/counted.js'
import type { Failure } from '../effects/failure.js'

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
        problem: `a step takes ${counted(batch, 'image')}, and ${holder.name} has ${counted(holder.images, 'image')} to train on`,
        advice: 'take a smaller batch, or more images',
        instead: { field: 'batch', value: String(Math.max(holder.images, 1)) },
      })
