/** The page that adapts in a tab, used as a person uses it: two folders, a stop, going on, what is saved. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as t from 'io-ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAdapt } from '../../site/assembly/adapt.js'
import { demoThings } from '../../src/demo/demo.js'
import { plannedDrawings } from '../../src/demo/drawings.js'
import { keyFromSeed } from '../../src/values/random-key.js'
import { expectRight } from '../expect-either.js'
import { chromium } from '../support/chromium.js'

const repository = fileURLToPath(new URL('../../', import.meta.url))

const seen = t.type({
  refused: t.string,
  counts: t.array(t.string),
  stopped: t.string,
  done: t.string,
  /** All that the state of the page said. */
  said: t.array(t.string),
  /** Turns of the page's event loop: one for each 20 ms, as long as it responds. */
  ticks: t.number,
  milliseconds: t.number,
  files: t.array(t.type({ name: t.string, bytes: t.string })),
  /** Images in the report. */
  images: t.number,
  /** Pixels by which the page is wider than a phone. */
  wide: t.number,
  violations: t.array(t.string),
  requests: t.array(t.string),
  complaints: t.array(t.string),
})

const classes = demoThings.slice(0, 3)

/** A folder with drawings of three things in a style, in folders by class or without their classes. */
const drawn = async (folder: string, style: 'photo' | 'crayon', labelled: boolean): Promise<string> => {
  const planned = plannedDrawings([style], classes, 4, keyFromSeed(5))
  for (const [i, { folder: place, file, svg }] of planned.entries()) {
    const path = labelled
      ? join(folder, place.replace(`${style}/`, ''), file)
      : join(folder, `image-${i}.png`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, await sharp(Buffer.from(svg)).png().toBuffer())
  }
  writeFileSync(join(folder, 'notes.txt'), 'no image')
  return folder
}

describe.skipIf(chromium === undefined)(
  'the page that adapts in a tab (skipped where there is no Chromium)',
  () => {
    const scratch = mkdtempSync(join(tmpdir(), 'adapt-'))
    let page: t.TypeOf<typeof seen>

    beforeAll(async () => {
      const folder = join(scratch, 'page')
      await writeAdapt(repository, folder)
      const opening = promisify(execFile)(
        process.execPath,
        [`${repository}test/site/open-adapt.mjs`, chromium ?? ''],
        { maxBuffer: 2 ** 28 },
      )
      opening.child.stdin?.end(
        JSON.stringify({
          folder,
          labelled: await drawn(join(scratch, 'known'), 'photo', true),
          unlabelled: await drawn(join(scratch, 'new'), 'crayon', false),
          axe: `${repository}node_modules/axe-core/axe.min.js`,
        }),
      )
      page = expectRight(seen.decode(JSON.parse((await opening).stdout)))
    }, 600_000)

    afterAll(() => rmSync(scratch, { recursive: true, force: true }))

    it('asks for folders that are missing, and says what was chosen', () => {
      expect(page.refused).toBe('Choose both folders first.')
      expect(page.counts).toEqual([`12 images in 3 folders: ${classes.join(', ')}.`, '12 images.'])
    })

    it('stops when it is asked to, keeps the finished steps, and goes on to the end', () => {
      expect(page.stopped).toBe('Stopped. The finished steps are kept.')
      expect(page.done).toMatch(
        /^Adapted\. The images have no labels, so there is no accuracy\. It took \d+ s\.$/,
      )
      expect(page.said.some((line) => line.startsWith('encoding'))).toBe(true)
    })

    it('shows the images before and after', () => {
      expect(page.images).toBe(12)
    })

    it('saves the report, and a classifier that ONNX Runtime runs', async () => {
      const [model, report] = page.files
      expect(model?.name).toBe('classifier.onnx')
      expect(report?.name).toBe('report.html')
      expect(Buffer.from(report?.bytes ?? '', 'base64').toString()).toContain(
        'The images of unlabelled have no labels',
      )
      const session = await InferenceSession.create(Buffer.from(model?.bytes ?? '', 'base64'))
      const images = new Tensor('float32', new Float32Array(3 * 48 * 48), [1, 3, 48, 48])
      const { probabilities } = await session.run({ images })
      expect(probabilities?.dims).toEqual([1, 3])
    })

    it('stays responsive, fits a phone, and is accessible', () => {
      expect(page.ticks).toBeGreaterThan(page.milliseconds / 20 / 4)
      expect(page.wide).toBeLessThanOrEqual(0)
      expect(page.violations).toEqual([])
    })

    it('leaves the console empty, and asks no other host', () => {
      expect(page.complaints).toEqual([])
      expect(page.requests.filter((address) => !/^(\/|blob:|about:|data:)/.test(address))).toEqual([])
    })
  },
)
