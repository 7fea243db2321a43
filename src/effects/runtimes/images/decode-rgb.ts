/** Decoding by sharp, in Node. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { DecodeRgb } from './decode.js'
import { decoded, openImage } from './open-image.js'

/**
 * Four inks as red, green and blue, as Pillow converts them, by no colour profile: what white light loses to the ink and to
 * black, each in 255 steps (`cmyk2rgb` of `Convert.c`).
 */
const rgbOfCmyk = (inks: Uint8Array): Uint8Array => {
  const pixels = new Uint8Array((inks.length / 4) * 3)
  for (let pixel = 0; 4 * pixel < inks.length; pixel += 1) {
    const light = 255 - (inks[4 * pixel + 3] ?? 0)
    for (let colour = 0; colour < 3; colour += 1) {
      const product = (inks[4 * pixel + colour] ?? 0) * light + 128
      pixels[3 * pixel + colour] = light - (((product >> 8) + product) >> 8)
    }
  }
  return pixels
}

/**
 * Pixels of an encoded image (JPEG, PNG, WebP, ...) as `convert('RGB')` of the Python Imaging Library gives them: grey
 * is repeated, transparency is dropped, colour profiles and EXIF orientation are ignored. Rare kinds differ: 16-bit grey is
 * scaled, not clipped; transparent pixels of a GIF are black; colours that AVIF stores at half the size differ at edges.
 * Fails with `ImageBroken` for an image in another format, of more than 2^26 pixels, or that takes more than a minute.
 */
export const decodeRgb: DecodeRgb = (path, bytes) =>
  pipe(
    openImage(path, bytes),
    TE.flatMap(({ image, metadata: { space, depth, channels } }) =>
      decoded(path, async () => {
        const inks = space === 'cmyk' && depth === 'uchar' && channels === 4
        const { data, info } = await (
          inks
            ? image.pipelineColourspace('cmyk').toColourspace('cmyk')
            : image.toColourspace('srgb').removeAlpha()
        )
          .raw()
          .toBuffer({ resolveWithObject: true })
        return { width: info.width, height: info.height, pixels: inks ? rgbOfCmyk(data) : data }
      }),
    ),
  )
