import { readFileSync } from 'node:fs'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import type { RgbImage } from '../../../../src/effects/runtimes/images/resample.js'
import { resample } from '../../../../src/effects/runtimes/images/resample.js'
import { interpolation } from '../../../../src/effects/image-view.js'
import type { Rectangle } from '../../../../src/effects/image-view.js'
import { expectRight } from '../../../expect-either.js'

/** What `pillow-cases.py` writes. */
const Numbers4 = t.tuple([t.number, t.number, t.number, t.number])
const Cases = t.array(
  t.type({
    name: t.string,
    contrast: t.union([t.literal('grey levels'), t.literal('black and white')]),
    interpolation,
    size: t.tuple([t.number, t.number]),
    from: Numbers4,
    resized: t.tuple([t.number, t.number]),
    window: Numbers4,
    pixels: t.string,
  }),
)

const cases = expectRight(
  Cases.decode(JSON.parse(readFileSync(new URL('pillow-cases.json', import.meta.url), 'utf8'))),
)

/** The same pixels as the function of that name in `pillow-cases.py`. */
const pattern = (width: number, height: number, contrast: string): RgbImage => {
  let state = 12345
  const pixels = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(1103515245, state) + 12345) & 0x7fffffff
    const byte = state >> 23
    return contrast === 'grey levels' ? byte : byte > 127 ? 255 : 0
  })
  return { width, height, pixels }
}

const rectangle = ([left, top, width, height]: readonly [number, number, number, number]): Rectangle => ({
  left,
  top,
  width,
  height,
})

describe('resampling is equal to Pillow, bit for bit', () => {
  it.each(cases)('$name', ({ contrast, interpolation: kernel, size, from, resized, window, pixels }) => {
    const place = { from: rectangle(from), width: resized[0], height: resized[1], window: rectangle(window) }
    const image = resample(pattern(size[0], size[1], contrast), place, kernel)
    expect([image.width, image.height]).toEqual([window[2], window[3]])
    expect(Buffer.from(image.pixels).toString('base64')).toBe(pixels)
  })
})
