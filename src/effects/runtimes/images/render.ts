/** Drawings as image files. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../../failure.js'
import { reasonOf } from '../../../engines/reason-of.js'
import { loadSharp } from './load-sharp.js'

/** An SVG drawing as the bytes of a PNG file. Fails with `ImageBroken` if it is no drawing. */
export const pngOfSvg = (svg: string): TaskEither<Failure, Uint8Array> =>
  TE.tryCatch(
    async () => (await loadSharp())(new TextEncoder().encode(svg)).png().toBuffer(),
    (error): Failure => ({
      tag: 'ImageBroken',
      path: 'drawing',
      reason: reasonOf(error),
    }),
  )
