/** Decoding ahead: while a procedure works on one chunk of images, the next are being decoded. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Failure } from './failure.js'
import type { DecodedImages, ImageQueue, Payload } from './instruction.js'

/** Chunks that are decoded, or being decoded, before they are asked for. More would only hold more memory. */
const chunksAhead = 1

/**
 * A queue of chunks, in their order. Nothing is decoded before the first is asked for; from then on, the chunk that is
 * asked for and the next one. After the last chunk, it gives chunks without images.
 */
export const imageQueue = (
  decode: (payload: Payload<'decodeImages'>) => TaskEither<Failure, DecodedImages>,
  { chunks, transform }: Payload<'openImages'>,
): ImageQueue => {
  const begun: ReturnType<TaskEither<Failure, DecodedImages>>[] = []
  let started = 0
  const begin = (): void => {
    begun.push(decode({ requests: chunks[started] ?? [], transform })())
    started += 1
  }
  return {
    next: () => {
      while (begun.length <= chunksAhead && started < chunks.length) begin()
      return begun.shift() ?? decode({ requests: [], transform })()
    },
    close: () => {
      started = chunks.length
      begun.length = 0
    },
  }
}
