/** Drawings as image files, by a page: it has the browser's renderer of SVG, which workers lack. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import { reasonOf } from '../../../engines/reason-of.js'
import type { Failure } from '../../failure.js'
import type { Runtime } from '../../runtime.js'

const draw = async (svg: string): Promise<Uint8Array> => {
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('the browser gives no canvas')
  context.drawImage(image, 0, 0, image.naturalWidth, image.naturalHeight)
  const blob = await canvas.convertToBlob({ type: 'image/png' })
  return new Uint8Array(await blob.arrayBuffer())
}

/**
 * An SVG drawing as the bytes of a PNG file. Fails with `ImageBroken` if it is no drawing, and in a worker. Pixels differ
 * somewhat from those of Node, whose renderer is another one.
 */
export const drawInPage: Runtime['renderDrawing'] = (svg) =>
  TE.tryCatch(
    () => draw(svg),
    (error): Failure => ({ tag: 'ImageBroken', path: 'drawing', reason: reasonOf(error) }),
  )
