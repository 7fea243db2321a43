/** Decoding ahead: while a procedure works on one chunk of images, the next are being decoded. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Failure } from './failure.js'
import type { DecodedImages, ImageQueue, Payload } from './instruction.js'

/** Chunks that are decoded, or being decoded, before they are asked for. More would only hold more memory. */
const chunksAhead = 1

/**
 * A queue of chunks, in their order. Nothing is decoded before the first is asked for; from then on, the chunk that is
 * asked for and the next one. A chunk that is asked for by its number is decoded where it is not the next. After the last
 * chunk, it gives chunks without images.
 */
export const imageQueue = (
  decode: (payload: Payload<'decodeImages'>) => TaskEither<Failure, DecodedImages>,
  { chunks, transform }: Payload<'openImages'>,
): ImageQueue => {
  const begun: ReturnType<TaskEither<Failure, DecodedImages>>[] = []
  let position = 0
  let open = true
  const nothing = decode({ requests: [], transform })
  return {
    next:
      (chunk = position) =>
      () => {
        if (!open) return nothing()
        if (chunk !== position) begun.length = 0
        while (begun.length <= chunksAhead && chunk + begun.length < chunks.length)
          begun.push(decode({ requests: chunks[chunk + begun.length] ?? [], transform })())
        position = chunk + 1
        return begun.shift() ?? nothing()
      },
    close: () => {
      open = false
      begun.length = 0
    },
  }
}
