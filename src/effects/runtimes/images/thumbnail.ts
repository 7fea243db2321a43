/** Small pictures of images, for people to look at. */
import { pipe } from 'fp-ts/lib/function.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../../failure.js'
import type { Payload } from '../../instruction.js'
import { decoded, openImage } from './open-image.js'

const encode = (path: string, bytes: Uint8Array, side: number): TaskEither<Failure, Uint8Array> =>
  pipe(
    openImage(path, bytes),
    TE.flatMap(({ image }) =>
      decoded(path, () =>
        image
          .resize(side, side, { fit: 'cover' })
          .flatten({ background: '#ffffff' })
          .jpeg({ quality: 78 })
          .toBuffer(),
      ),
    ),
  )

/**
 * The middle of an image as a square JPEG of `side` pixels, transparent parts on white. Fails with `ImageBroken` if
 * the file is no image.
 */
export const thumbnailOfFile =
  (readFile: (path: string) => TaskEither<Failure, Uint8Array>) =>
  ({ path, side }: Payload<'makeThumbnail'>): TaskEither<Failure, Uint8Array> =>
    pipe(
      readFile(path),
      TE.flatMap((bytes) => encode(path, bytes, side)),
    )
