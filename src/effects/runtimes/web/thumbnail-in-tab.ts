/** Small pictures of images, by a canvas. */
import { pipe } from 'fp-ts/lib/function.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { reasonOf } from '../../../engines/reason-of.js'
import type { Failure } from '../../failure.js'
import type { Payload } from '../../instruction.js'

const draw = async (bytes: Uint8Array, side: number): Promise<Uint8Array> => {
  const bitmap = await createImageBitmap(new Blob([bytes]), {})
  const canvas = new OffscreenCanvas(side, side)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('the browser gives no canvas')
  const scale = side / Math.min(bitmap.width, bitmap.height)
  const [width, height] = [bitmap.width * scale, bitmap.height * scale]
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, side, side)
  context.drawImage(bitmap, (side - width) / 2, (side - height) / 2, width, height)
  bitmap.close()
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.78 })
  return new Uint8Array(await blob.arrayBuffer())
}

/**
 * The middle of an image as a square JPEG of `side` pixels, transparent parts on white. Fails with `ImageBroken` if
 * the file is no image.
 */
export const thumbnailInTab =
  (readFile: (path: string) => TaskEither<Failure, Uint8Array>) =>
  ({ path, side }: Payload<'makeThumbnail'>): TaskEither<Failure, Uint8Array> =>
    pipe(
      readFile(path),
      TE.flatMap((bytes) =>
        TE.tryCatch(
          () => draw(bytes, side),
          (error): Failure => ({ tag: 'ImageBroken', path, reason: reasonOf(error) }),
        ),
      ),
    )
