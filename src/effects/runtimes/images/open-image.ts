/** Encoded images are opened here alone: their format and their size are checked before anything is decoded. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Metadata, Sharp } from 'sharp'
import type { Failure } from '../../failure.js'
import { reasonOf } from '../../../engines/reason-of.js'
import { imageFormat } from './image-format.js'
import { loadSharp } from './load-sharp.js'
import { tooManyPixels } from './pixel-limit.js'

/** The most channels of a pixel: four inks and transparency. */
const mostChannels = 5

/** Seconds after which decoding is broken off. */
const patience = 60

/** An image whose header has been read. */
export interface OpenedImage {
  readonly image: Sharp
  readonly metadata: Metadata
}

/** What forbids decoding an image of this header. */
const excess = ({ width, height, channels }: Metadata): string | undefined =>
  tooManyPixels(width, height) ??
  (channels > mostChannels
    ? `its pixels have ${channels} channels; at most ${mostChannels} are decoded`
    : undefined)

/** A failure for an image that cannot be decoded, by the reason. */
export const brokenImage =
  (path: string) =>
  (reason: string): Failure => ({ tag: 'ImageBroken', path, reason })

/** The answer of a step of decoding. Fails with `ImageBroken` and the decoder's words. */
export const decoded = <A>(path: string, step: () => Promise<A>): TaskEither<Failure, A> =>
  TE.tryCatch(step, (error) => brokenImage(path)(reasonOf(error)))

/**
 * An encoded image, its header read. Fails with `ImageBroken` if it is in no format that is read, by its content, has more
 * than 2^26 pixels, or a broken header. No pixel is decoded.
 */
export const openImage = (path: string, bytes: Uint8Array): TaskEither<Failure, OpenedImage> =>
  pipe(
    imageFormat(bytes) === undefined
      ? E.left(brokenImage(path)('it is no JPEG, PNG, WebP, TIFF, GIF or AVIF, whatever its name says'))
      : E.right(bytes),
    TE.fromEither,
    TE.flatMap((encoded) =>
      decoded(path, async () => {
        const sharp = await loadSharp()
        const image = sharp(encoded, { failOn: 'error', ignoreIcc: true, limitInputPixels: false })
        return { image: image.timeout({ seconds: patience }) }
      }),
    ),
    TE.bind('metadata', ({ image }) => decoded(path, () => image.metadata())),
    TE.flatMap((opened) => {
      const problem = excess(opened.metadata)
      return problem === undefined ? TE.right(opened) : TE.left(brokenImage(path)(problem))
    }),
  )
