/** Decoding by the browser's own decoders. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import { reasonOf } from '../../../engines/reason-of.js'
import type { DecodeRgb } from '../images/decode.js'
import type { ImageFormat } from '../images/image-format.js'
import { imageFormat } from '../images/image-format.js'
import { tooManyPixels } from '../images/pixel-limit.js'
import type { RgbImage } from '../images/resample.js'

/** Types of the formats that browsers decode; none decodes TIFF everywhere. */
const types: { readonly [F in ImageFormat]: string } = {
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  WebP: 'image/webp',
  TIFF: 'image/tiff',
  GIF: 'image/gif',
  AVIF: 'image/avif',
}

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

/** Through a canvas, which multiplies colours by their opacity: exact for images without transparency. */
const byCanvas = async (bytes: Uint8Array): Promise<RgbImage> => {
  const bitmap = await createImageBitmap(new Blob([bytes]), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
    imageOrientation: 'none',
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

/** By the decoder of Web Codecs, whose pixels are not multiplied by their opacity. */
const byDecoder = async (bytes: Uint8Array, type: string): Promise<RgbImage> => {
  const decoder = new ImageDecoder({ data: bytes, type, colorSpaceConversion: 'none' })
  try {
    const { image } = await decoder.decode()
    const { codedWidth: width, codedHeight: height } = image
    checkSize(width, height)
    const pixels = new Uint8Array(4 * width * height)
    await image.copyTo(pixels, { format: 'RGBA', layout: [{ offset: 0, stride: 4 * width }] })
    image.close()
    return { width, height, pixels: withoutAlpha(pixels) }
  } finally {
    decoder.close()
  }
}

const hasDecoder = (): boolean => Reflect.has(globalThis, 'ImageDecoder')

/**
 * Pixels of an encoded image as Node's `decodeRgb` gives them: grey is repeated, transparency is dropped, colour profiles
 * and orientation are ignored. Where a browser has no `ImageDecoder`, pixels that are partly transparent lose accuracy, and
 * those that are fully transparent are black. Fails with `ImageBroken`.
 */
export const decodeInTab: DecodeRgb = (path, bytes) =>
  TE.tryCatch(
    () => {
      const format = imageFormat(bytes)
      if (format === undefined)
        return Promise.reject(new Error('it is no JPEG, PNG, WebP, TIFF, GIF or AVIF'))
      return format === 'JPEG' || !hasDecoder() ? byCanvas(bytes) : byDecoder(bytes, types[format])
    },
    (error) => ({ tag: 'ImageBroken', path, reason: reasonOf(error) }),
  )
