import * as TE from 'fp-ts/lib/TaskEither.js'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImageFiles as decodeWith } from '../../../../src/effects/runtimes/images/decode.js'
import { decodeRgb } from '../../../../src/effects/runtimes/images/decode-rgb.js'
import type { ImageView } from '../../../../src/effects/image-view.js'
import { centreView, clipNormalisation } from '../../../../src/effects/image-view.js'
import { interpret } from '../../../../src/effects/interpreter.js'
import { memoryWorld } from '../../../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../../../src/effects/runtimes/memory-files.js'
import { decodeImages } from '../../../../src/effects/operations.js'
import { expectLeft, expectRight } from '../../../expect-either.js'
import { countingEngine } from '../../../support/testing-engine.js'

/** An image file of raw pixels. */
const encode = (width: number, height: number, channels: 1 | 2 | 3 | 4, pixels: readonly number[]) =>
  sharp(Uint8Array.from(pixels), { raw: { width, height, channels } })

const decode = async (bytes: Uint8Array): Promise<readonly number[]> => [
  ...expectRight(await decodeRgb('image', bytes)()).pixels,
]

describe("pixels are those of Pillow's convert('RGB')", () => {
  it('grey is repeated', async () => {
    expect(await decode(await encode(2, 1, 1, [10, 200]).toColourspace('b-w').png().toBuffer())).toEqual([
      10, 10, 10, 200, 200, 200,
    ])
  })

  it('transparency is dropped, and the colours under it stay', async () => {
    expect(await decode(await encode(2, 1, 4, [1, 2, 3, 0, 4, 5, 6, 128]).png().toBuffer())).toEqual([
      1, 2, 3, 4, 5, 6,
    ])
    expect(await decode(await encode(2, 1, 2, [9, 0, 7, 255]).toColourspace('b-w').png().toBuffer())).toEqual(
      [9, 9, 9, 7, 7, 7],
    )
  })

  it('a palette is looked up', async () => {
    const bytes = await encode(2, 1, 3, [255, 0, 0, 0, 0, 255]).png({ palette: true }).toBuffer()
    expect(await decode(bytes)).toEqual([255, 0, 0, 0, 0, 255])
  })

  it('the orientation that a camera noted is ignored', async () => {
    const turned = await encode(2, 1, 3, [255, 0, 0, 0, 0, 255])
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer()
    expect(await decode(turned)).toEqual([255, 0, 0, 0, 0, 255])
  })

  it('a TIFF file is read, the first of its pages', async () => {
    const pixels = [1, 2, 3, 250, 5, 6]
    expect(await decode(await encode(2, 1, 3, pixels).tiff({ compression: 'lzw' }).toBuffer())).toEqual(
      pixels,
    )
    const pages = await sharp(Uint8Array.from([...pixels, 0, 0, 0, 0, 0, 0]), {
      raw: { width: 2, height: 2, channels: 3, pageHeight: 1 },
    })
      .tiff({ compression: 'lzw' })
      .toBuffer()
    expect(await decode(pages)).toEqual(pixels)
  })

  it('a file that is no image fails with its path', async () => {
    expect(expectLeft(await decodeRgb('a.jpg', new TextEncoder().encode('not an image'))())).toMatchObject({
      tag: 'ImageBroken',
      path: 'a.jpg',
    })
  })

  it('a truncated image is broken', async () => {
    const whole = await encode(
      64,
      64,
      3,
      Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 256),
    )
      .jpeg()
      .toBuffer()
    expect(expectLeft(await decodeRgb('a.jpg', whole.subarray(0, whole.length / 2))())).toMatchObject({
      tag: 'ImageBroken',
    })
  })
})

describe('decoding a batch', () => {
  const twoPixels = encode(2, 2, 3, [255, 0, 0, 0, 255, 0, 255, 0, 0, 0, 255, 0]).png().toBuffer()
  const transform = { resolution: 2, mean: [0, 0.5, 0], deviation: [1, 0.5, 2] } as const

  it('gives planes of normalised colours, and flips', async () => {
    const { runtime } = memoryWorld({
      engine: countingEngine,
      disk: memoryDisk({ 'a.png': await twoPixels }),
    })
    const requests = [
      { path: 'a.png', view: centreView },
      { path: 'a.png', view: { ...centreView, flip: true } },
    ]
    const { images, positions, failures } = expectRight(
      await interpret(decodeImages(requests, transform))(runtime)(),
    )
    expect(images.shape).toEqual([2, 3, 2, 2])
    expect([...images.data]).toEqual([
      ...[1, 0, 1, 0, -1, 1, -1, 1, 0, 0, 0, 0],
      ...[0, 1, 0, 1, 1, -1, 1, -1, 0, 0, 0, 0],
    ])
    expect(positions).toEqual([0, 1])
    expect(failures).toEqual([])
  })

  it('fits a whole image into the middle of a black square', async () => {
    const upright = await encode(
      2,
      4,
      3,
      Array.from({ length: 24 }, (_, i) => 10 * (i + 1)),
    )
      .png()
      .toBuffer()
    const { runtime } = memoryWorld({ engine: countingEngine, disk: memoryDisk({ 'a.png': upright }) })
    const plain = { resolution: 4, mean: [0, 0, 0], deviation: [1, 1, 1] } as const
    const requests = [false, true].map((flip) => ({ path: 'a.png', view: { tag: 'Fit' as const, flip } }))
    const { images } = expectRight(await interpret(decodeImages(requests, plain))(runtime)())
    const red = Array.from(images.data, (x) => Math.round(x * 255))
    expect(red.slice(0, 16)).toEqual([0, 10, 40, 0, 0, 70, 100, 0, 0, 130, 160, 0, 0, 190, 220, 0])
    expect(red.slice(48, 64)).toEqual([0, 40, 10, 0, 0, 100, 70, 0, 0, 160, 130, 0, 0, 220, 190, 0])
  })

  it('lists broken and missing files, and decodes the others', async () => {
    const disk = memoryDisk({ 'a.png': await twoPixels, 'broken.png': Uint8Array.of(1, 2, 3) })
    const { runtime } = memoryWorld({ engine: countingEngine, disk })
    const requests = ['broken.png', 'a.png', 'absent.png', 'a.png', 'a.png', 'a.png'].map((path) => ({
      path,
      view: centreView,
    }))
    const { images, positions, failures } = expectRight(
      await interpret(decodeImages(requests, transform))(runtime)(),
    )
    expect(images.shape).toEqual([4, 3, 2, 2])
    expect(images.data).toHaveLength(4 * 12)
    expect(positions).toEqual([1, 3, 4, 5])
    expect(failures.map(({ position, failure }) => [position, failure.tag])).toEqual([
      [0, 'ImageBroken'],
      [2, 'FileMissing'],
    ])
  })

  it('reads a file once, whichever views of it are asked for, in any order', async () => {
    const gradient = await encode(
      6,
      4,
      3,
      Array.from({ length: 72 }, (_, i) => (i * 37) % 256),
    )
      .png()
      .toBuffer()
    const views: readonly ImageView[] = [
      centreView,
      { tag: 'Stretch', flip: false },
      { ...centreView, flip: true },
      { tag: 'ResizedCrop', tries: [{ area: 0.5, aspect: 1 }], x: 0, y: 0.99, flip: true },
    ]
    const other = await twoPixels
    const requests = views.flatMap((view) => ['a.png', 'b.png', 'c.png'].map((path) => ({ path, view })))
    const reads: string[] = []
    const decodeFrom = decodeWith((path) => {
      reads.push(path)
      return path === 'b.png'
        ? TE.left({ tag: 'FileMissing', path, kind: 'file' })
        : TE.right(path === 'a.png' ? gradient : other)
    }, decodeRgb)
    const together = expectRight(await decodeFrom({ requests, transform })())
    expect(reads).toEqual(['a.png', 'b.png', 'c.png'])
    expect(together.positions).toEqual([0, 2, 3, 5, 6, 8, 9, 11])
    expect(together.failures.map(({ position }) => position)).toEqual([1, 4, 7, 10])
    const alone = await Promise.all(
      requests.map(async (request) => [
        ...expectRight(await decodeFrom({ requests: [request], transform })()).images.data,
      ]),
    )
    expect([...together.images.data]).toEqual(alone.flat())
  })

  it('normalises in float32, as PyTorch does', async () => {
    const { runtime } = memoryWorld({
      engine: countingEngine,
      disk: memoryDisk({ 'a.png': await twoPixels }),
    })
    const { images } = expectRight(
      await interpret(
        decodeImages([{ path: 'a.png', view: centreView }], { resolution: 2, ...clipNormalisation }),
      )(runtime)(),
    )
    // (1 - 0.48145466) / 0.26862954 and (0 - 0.48145466) / 0.26862954 by torch.float32
    expect(images.data[0]).toBe(Math.fround(1.9303361))
    expect(images.data[1]).toBe(Math.fround(-1.7922626))
  })
})
