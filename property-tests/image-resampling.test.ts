/** Laws of image resampling: what a window shows is what the whole shows there; flat stays flat; bytes stay bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RgbImage } from '../src/effects/runtimes/images/resample.js'
import { resample } from '../src/effects/runtimes/images/resample.js'
import type { Rectangle } from '../src/effects/image-view.js'

const sides = fc.integer({ min: 1, max: 40 })
const images: fc.Arbitrary<RgbImage> = fc
  .tuple(sides, sides)
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3, size: 'max' })
      .map((pixels) => ({ width, height, pixels })),
  )

/** A rectangle within a size. */
const within = (width: number, height: number): fc.Arbitrary<Rectangle> =>
  fc.record({ left: fc.nat(width - 1), top: fc.nat(height - 1) }).chain(({ left, top }) =>
    fc.record({
      left: fc.constant(left),
      top: fc.constant(top),
      width: fc.integer({ min: 1, max: width - left }),
      height: fc.integer({ min: 1, max: height - top }),
    }),
  )

const whole = ({ width, height }: { readonly width: number; readonly height: number }): Rectangle => ({
  left: 0,
  top: 0,
  width,
  height,
})

const cut = (image: RgbImage, { left, top, width, height }: Rectangle): RgbImage => ({
  width,
  height,
  pixels: Uint8Array.from(
    Array.from({ length: height }, (_, row) => {
      const start = ((top + row) * image.width + left) * 3
      return [...image.pixels.subarray(start, start + width * 3)]
    }).flat(),
  ),
})

describe('resampling', () => {
  it('a window of a region equals that window of the whole resampled region', () => {
    const cases = fc.tuple(images, sides, sides).chain(([image, width, height]) =>
      fc.record({
        image: fc.constant(image),
        size: fc.constant({ width, height }),
        from: within(image.width, image.height),
        window: within(width, height),
      }),
    )
    fc.assert(
      fc.property(cases, ({ image, size, from, window }) => {
        const region = cut(image, from)
        const resized = resample(region, { from: whole(region), ...size, window: whole(size) })
        expect(resample(image, { from, ...size, window })).toEqual(cut(resized, window))
      }),
      { numRuns: 200 },
    )
  })

  it('keeps the colour of an image of one colour at any size', () => {
    const colours = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255))
    fc.assert(
      fc.property(colours, sides, sides, sides, sides, (colour, width, height, newWidth, newHeight) => {
        const flat = (w: number, h: number): Uint8Array =>
          Uint8Array.from(Array.from({ length: w * h }, () => colour).flat())
        const size = { width: newWidth, height: newHeight }
        const image = { width, height, pixels: flat(width, height) }
        expect(resample(image, { from: whole(image), ...size, window: whole(size) }).pixels).toEqual(
          flat(newWidth, newHeight),
        )
      }),
    )
  })
})
