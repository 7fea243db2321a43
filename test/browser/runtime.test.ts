/** The runtime of a tab: its files, its images, and a training run that moves between Node and a tab. */
import sharp from 'sharp'
import type * as t from 'io-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { centreView, clipNormalisation } from '../../src/effects/image-view.js'
import type { Effect } from '../../src/effects/effect.js'
import { interpret } from '../../src/effects/interpreter.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryDisk, memoryFiles } from '../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { onnxWebEngine } from '../../src/engines/onnx-web/index.js'
import { expectRight } from '../expect-either.js'
import { chromium } from '../support/chromium.js'
import { fileStory } from './file-story.js'
import { runtimeAnswer } from './runtime-settings.js'
import type { Tab } from './tab.js'
import { inTab } from './tab.js'
import { bitsOf, diskOf, filesOf, trainedTo } from './training-in-parts.js'

const engine = onnxWebEngine({ threads: 1 })

const inNode = async <A>(effect: Effect<A>, disk: MemoryDisk = memoryDisk()): Promise<A> =>
  expectRight(await interpret(effect)(memoryWorld({ engine, disk }).runtime)())

const noise = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => (i * i * 31 + i * 7) % 256)
/** Noise, each fourth byte, the opacity, at least half. */
const translucent = (count: number): Uint8Array =>
  noise(count).map((byte, i) => (i % 4 === 3 ? 128 + byte / 2 : byte))
const smooth = (width: number, height: number): Uint8Array =>
  Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) * 2 + (i % 3) * 60) % 256)

/** Images of 40 x 30, as browsers decode them without loss. */
const images = async (): Promise<Readonly<Record<string, string>>> => {
  const raw = (data: Uint8Array, channels: 1 | 3 | 4) =>
    sharp(data, { raw: { width: 40, height: 30, channels } })
  const files = {
    'colour.png': await raw(noise(3600), 3).png().toBuffer(),
    'grey.png': await raw(noise(1200), 1).png().toBuffer(),
    'transparent.png': await raw(translucent(4800), 4).png().toBuffer(),
    'profile.png': await raw(noise(3600), 3).withIccProfile('p3').png().toBuffer(),
    'lossless.webp': await raw(noise(3600), 3).webp({ lossless: true }).toBuffer(),
    'photo.jpg': await raw(smooth(40, 30), 3).jpeg({ chromaSubsampling: '4:4:4', quality: 95 }).toBuffer(),
    'turned.jpg': await raw(smooth(40, 30), 3)
      .jpeg({ chromaSubsampling: '4:4:4', quality: 95 })
      .withMetadata({ orientation: 6 })
      .toBuffer(),
    'half.jpg': await raw(smooth(40, 30), 3).jpeg({ chromaSubsampling: '4:2:0', quality: 95 }).toBuffer(),
  }
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, bytes.toString('base64')]))
}

describe.skipIf(chromium === undefined)('the runtime of a tab (skipped where there is no Chromium)', () => {
  let tab: Tab<t.TypeOf<typeof runtimeAnswer>>
  let given: Readonly<Record<string, string>>

  beforeAll(async () => {
    given = await images()
    const disk = memoryDisk()
    await inNode(trainedTo(3, false), disk)
    tab = await inTab('runtime', runtimeAnswer, {
      given: { images: given, run: await filesOf(memoryFiles(disk)), steps: 6 },
    })
  }, 120_000)

  it('answers each instruction on files as the disk in memory does', async () => {
    expect(tab.result.story).toEqual(await inNode(fileStory))
  })

  it('reports the progress of each step, and leaves the console empty', () => {
    expect(tab.progress).toHaveLength(3)
    expect(tab.complaints).toEqual([])
  })

  it('decodes images to the pixels of Node, but for the rounding of transparent ones', async () => {
    const { decodeImages } = memoryWorld({ engine, disk: diskOf(given) }).runtime
    const names = Object.keys(given)
    const requests = names.map((path) => ({ path, view: centreView }))
    const transform = { resolution: 24, ...clipNormalisation }
    const expected = expectRight(await decodeImages({ requests, transform })()).images.data
    const size = 3 * 24 * 24
    const furthest = Object.fromEntries(
      names.map((name, row) => [
        name,
        Math.max(
          ...Array.from(expected.subarray(row * size, (row + 1) * size), (value, i) =>
            Math.abs(value - (tab.result.pixels[row * size + i] ?? Number.NaN)),
          ),
        ),
      ]),
    )
    const { 'transparent.png': rounded, ...exact } = furthest
    expect(new Set(Object.values(exact))).toEqual(new Set([0]))
    expect(Object.keys(exact)).toHaveLength(7)
    // A canvas rounds colours times opacity: by 3 of 255 at most where opacity is a half.
    expect(rounded).toBeLessThan(3 / 255 / 0.26)
  })

  it('goes on with a run of Node to the bits of a run that stayed in Node, and Node goes on with the tab', async () => {
    expect(tab.result.trained).toEqual(bitsOf(await inNode(trainedTo(6, false))))
    const back = await inNode(trainedTo(8, true), diskOf(tab.result.run))
    expect(bitsOf(back)).toEqual(bitsOf(await inNode(trainedTo(8, false))))
  })
})
