import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeInWorkers } from '../../../../src/effects/runtimes/images/decode-pool.js'
import { decodeImageFiles } from '../../../../src/effects/runtimes/images/decode.js'
import { decodeRgb } from '../../../../src/effects/runtimes/images/decode-rgb.js'
import { centreView, clipNormalisation } from '../../../../src/effects/image-view.js'
import { nodeFiles } from '../../../../src/effects/runtimes/node-files.js'
import { expectRight } from '../../../expect-either.js'

/** Threads run what is compiled. */
const script = new URL('../../../../dist/effects/runtimes/images/decode-worker.js', import.meta.url)

const inMainThread = decodeImageFiles(nodeFiles.readFile, decodeRgb)
const transform = { resolution: 8, ...clipNormalisation }
const files = 12
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decode-pool-'))
  for (let i = 0; i < files; i += 1) {
    const pixels = Uint8Array.from({ length: 3 * 16 * 12 }, (_, k) => (k * (i + 7)) % 256)
    const png = await sharp(pixels, { raw: { width: 16, height: 12, channels: 3 } })
      .png()
      .toBuffer()
    await writeFile(join(folder, `${i}.png`), i === 5 ? png.subarray(0, 40) : png)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Every image in two views, in no order of files; one is broken, one missing. */
const requests = () =>
  [...Array.from({ length: files }, (_, i) => `${(i * 5) % files}.png`), 'missing.png'].flatMap((name) =>
    [centreView, { ...centreView, flip: true }].map((view) => ({ path: join(folder, name), view })),
  )

describe('decoding in threads gives what decoding in the main thread gives', () => {
  const sameWith = async (options: Parameters<typeof decodeInWorkers>[1], many = requests()) => {
    let inMain = 0
    const decode = decodeInWorkers((payload) => {
      inMain += payload.requests.length
      return inMainThread(payload)
    }, options)
    const expected = expectRight(await inMainThread({ requests: many, transform })())
    const both = await Promise.all([
      decode({ requests: many, transform })(),
      decode({ requests: many, transform })(),
    ])
    for (const outcome of both) expect(expectRight(outcome)).toEqual(expected)
    return inMain
  }

  it.skipIf(!existsSync(script)).each([1, 2, 3])(
    'of %i threads (skipped where there is no build), broken and missing files in their places',
    async (workers) => {
      expect(await sameWith({ script, workers })).toBe(0)
    },
  )

  it('where no thread can be started, in the main one, two views of a broken file once more', async () => {
    const nowhere = new URL('nowhere.js', import.meta.url)
    expect(await sameWith({ script: nowhere, workers: 2 })).toBe(2 * (requests().length + 2))
  })

  it('of few images, without a thread', async () => {
    const few = requests().slice(0, 6)
    expect(await sameWith({ script, workers: 2 }, few)).toBe(2 * few.length)
  })
})
