import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../../../src/effects/interpreter.js'
import { memoryWorld } from '../../../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../../../src/effects/runtimes/memory-files.js'
import { makeThumbnail } from '../../../../src/effects/operations.js'
import { expectLeft, expectRight } from '../../../expect-either.js'
import { countingEngine } from '../../../support/testing-engine.js'

const red = { r: 200, g: 0, b: 0 }

/** A red square in the middle of nothing: 60 × 30 pixels, transparent but for its middle. */
const drawing = await sharp({
  create: { width: 60, height: 30, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
})
  .composite([{ input: { create: { width: 10, height: 10, channels: 3, background: red } } }])
  .png()
  .toBuffer()

const thumbnailOf = (bytes: Uint8Array) => {
  const disk = memoryDisk({ 'image.png': bytes })
  return interpret(makeThumbnail('image.png', 20))(memoryWorld({ engine: countingEngine, disk }).runtime)()
}

describe('a thumbnail', () => {
  it('is a square JPEG of the middle, with white where nothing was', async () => {
    const bytes = expectRight(await thumbnailOf(drawing))
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 20, height: 20, channels: 3 })
    const pixel = (x: number, y: number) => [...data.subarray((y * 20 + x) * 3, (y * 20 + x) * 3 + 3)]
    const [r = 0, g = 0, b = 0] = pixel(10, 10)
    expect(r).toBeGreaterThan(150)
    expect(Math.max(g, b)).toBeLessThan(60)
    expect(Math.min(...pixel(1, 1))).toBeGreaterThan(235)
  })

  it('of what is no image is refused, by the name of the file', async () => {
    expect(expectLeft(await thumbnailOf(Uint8Array.of(1, 2, 3)))).toMatchObject({
      tag: 'ImageBroken',
      path: 'image.png',
    })
  })
})
