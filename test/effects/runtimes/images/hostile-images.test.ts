import { deflateSync } from 'node:zlib'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { centreView, clipNormalisation } from '../../../../src/effects/image-view.js'
import { decodeInWorkers } from '../../../../src/effects/runtimes/images/decode-pool.js'
import { decodeImageFiles } from '../../../../src/effects/runtimes/images/decode.js'
import { decodeRgb } from '../../../../src/effects/runtimes/images/decode-rgb.js'
import { thumbnailOfFile } from '../../../../src/effects/runtimes/images/thumbnail.js'
import { nodeFiles } from '../../../../src/effects/runtimes/node-files.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expectLeft, expectRight } from '../../../expect-either.js'
import { pngOfSize } from '../../../support/hostile-images.js'

const text = (characters: string): Uint8Array => new TextEncoder().encode(characters)

const square = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#a05030' } })

describe('an image is refused before it is decoded', () => {
  it.each([
    ['16383 × 16383', 16_383, 16_383],
    ['65536 × 1025', 65_536, 1025],
  ])('where its header says %s pixels', async (size, width, height) => {
    const bytes = pngOfSize(width, height)
    expect(bytes.length).toBeLessThan(300_000)
    const started = performance.now()
    const failure = expectLeft(await decodeRgb('x.png', bytes)())
    expect(failure).toEqual({
      tag: 'ImageBroken',
      path: 'x.png',
      reason: `it has ${size} pixels; at most 67108864 are decoded, as many as 8192 × 8192`,
    })
    const small = thumbnailOfFile(() => TE.right(bytes))({ path: 'x.png', side: 8 })
    expect(expectLeft(await small())).toEqual(failure)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it.each([
    [
      'SVG',
      text('<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="9000"><filter id="f"/></svg>'),
    ],
    ['SVG with a declaration', text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['PDF', text('%PDF-1.4\n')],
    ['BMP', text('BM......')],
    ['nothing at all', new Uint8Array(0)],
    ['a compressed stream', deflateSync(text('<svg/>'))],
  ])('where it holds %s under the name of an image', async (_, bytes) => {
    const failure = expectLeft(await decodeRgb('x.png', bytes)())
    expect(failure).toEqual({
      tag: 'ImageBroken',
      path: 'x.png',
      reason: 'it is no JPEG, PNG, WebP, TIFF, GIF or AVIF, whatever its name says',
    })
    const small = thumbnailOfFile(() => TE.right(bytes))({ path: 'x.png', side: 8 })
    expect(expectLeft(await small())).toEqual(failure)
  })
})

describe('an image is read by its content', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const)(
    'as %s under another name',
    async (format) => {
      const bytes = await square(8).toFormat(format).toBuffer()
      expect(expectRight(await decodeRgb('x.other', bytes)()).width).toBe(8)
    },
  )
})

describe('the reason of a broken image is its own', () => {
  /** A JPEG without its second half, among broken and whole PNGs. */
  const files = async (): Promise<ReadonlyMap<string, Uint8Array>> => {
    const noise = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * 7919) % 256)
    const image = sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    const [jpeg, png] = await Promise.all([image.clone().jpeg().toBuffer(), image.clone().png().toBuffer()])
    return new Map(
      Array.from({ length: 24 }, (_, i) =>
        i % 3 === 0
          ? [`${i}.jpg`, jpeg.subarray(0, jpeg.length / 2)]
          : [`${i}.png`, i % 3 === 1 ? png.subarray(0, png.length / 2) : png],
      ),
    )
  }
  const transform = { resolution: 8, ...clipNormalisation }

  it('where files of other formats are decoded with it, in one thread or in several', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'broken-images-'))
    const written = await files()
    for (const [name, bytes] of written) await writeFile(join(folder, name), bytes)
    const requests = [...written.keys()].map((name) => ({ path: join(folder, name), view: centreView }))
    const inMainThread = decodeImageFiles(nodeFiles.readFile, decodeRgb)
    const script = new URL('../../../../dist/effects/runtimes/images/decode-worker.js', import.meta.url)
    for (const decode of [inMainThread, decodeInWorkers(inMainThread, { script, workers: 2 })]) {
      const { failures } = expectRight(await decode({ requests, transform })())
      expect(failures).toHaveLength(16)
      for (const { failure } of failures) {
        if (failure.tag !== 'ImageBroken') throw new Error(failure.tag)
        const isJpeg = failure.path.endsWith('.jpg')
        expect(failure.reason, failure.path).toMatch(isJpeg ? /jpe?g/i : /png/i)
        expect(failure.reason, failure.path).not.toMatch(isJpeg ? /png/i : /jpe?g/i)
      }
    }
    await rm(folder, { recursive: true })
  })
})
