/** Decoding by the browser's own decoders. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import { reasonOf } from '../../../engines/reason-of.js'
import type { DecodeRgb } from '../images/decode.js'
import { imageFormat } from '../images/image-format.js'
import { tooManyPixels } from '../images/pixel-limit.js'
import type { RgbImage } from '../images/resample.js'

/** Fails for an image of too many pixels. */
const checkSize = (width: number, height: number): void => {
  const problem = tooManyPixels(width, height)
  if (problem !== undefined) throw new Error(problem)
}

/** The first three of each four bytes: transparency is dropped. */
const withoutAlpha = (pixels: Uint8Array | Uint8ClampedArray): Uint8Array => {
  const rgb = new Uint8Array((pixels.length / 4) * 3)
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    rgb[to] = pixels[from] ?? 0
    rgb[to + 1] = pixels[from + 1] ?? 0
    rgb[to + 2] = pixels[from + 2] ?? 0
  }
  return rgb
}

/**
 * A JPEG without its EXIF segments (APP1, marker 0xFFE1), by which browsers turn images whatever they are asked for. Segments
 * end where the data of the pixels begins (SOS, 0xFFDA).
 */
const withoutExif = (jpeg: Uint8Array): readonly Uint8Array[] => {
  const kept: Uint8Array[] = [jpeg.subarray(0, 2)]
  let at = 2
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xda) {
    const end = at + 2 + (jpeg[at + 2] ?? 0) * 256 + (jpeg[at + 3] ?? 0)
    if (jpeg[at + 1] !== 0xe1) kept.push(jpeg.subarray(at, end))
    at = end
  }
  return [...kept, jpeg.subarray(at)]
}

const decode = async (parts: readonly Uint8Array[]): Promise<RgbImage> => {
  const bitmap = await createImageBitmap(new Blob([...parts]), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  })
  try {
    const { width, height } = bitmap
    checkSize(width, height)
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    if (context === null) throw new Error('the browser gives no canvas')
    context.drawImage(bitmap, 0, 0, width, height)
    return { width, height, pixels: withoutAlpha(context.getImageData(0, 0, width, height).data) }
  } finally {
    bitmap.close()
  }
}

/**
 * Pixels of an encoded image as Node's `decodeRgb` gives them: grey is repeated, transparency is dropped, colour profiles
 * and the orientation of a JPEG are ignored. A canvas multiplies colours by their opacity: pixels that are partly
 * transparent are rounded by it, and those that are fully transparent are black. Fails with `ImageBroken`.
 */
export const decodeInTab: DecodeRgb = (path, bytes) =>
  TE.tryCatch(
    () => {
      const format = imageFormat(bytes)
      if (format === undefined)
        return Promise.reject(new Error('it is no JPEG, PNG, WebP, TIFF, GIF or AVIF'))
      return decode(format === 'JPEG' ? withoutExif(bytes) : [bytes])
    },
    (error) => ({ tag: 'ImageBroken', path, reason: reasonOf(error) }),
  )
