import { execFile } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as t from 'io-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { reportPage } from '../../src/report/page.js'
import { expectRight } from '../expect-either.js'
import { chromium } from '../support/chromium.js'
import { animals, sampleReport } from './sample-report.js'

const photographs = t.array(
  t.type({
    name: t.string,
    colorScheme: t.string,
    path: t.string,
    screen: t.number,
    requests: t.array(t.string),
    complaints: t.array(t.string),
    width: t.number,
    height: t.number,
    background: t.string,
    charts: t.number,
    brokenImages: t.number,
    smallestText: t.number,
  }),
)

/** Where the photographs are kept, to be looked at. */
const folder = fileURLToPath(new URL('../../build/report', import.meta.url))

describe.skipIf(chromium === undefined)('a report in a browser (skipped where there is no Chromium)', () => {
  let taken: t.TypeOf<typeof photographs> = []

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true })
    const page = join(folder, 'report.html')
    writeFileSync(page, reportPage(await sampleReport(animals)))
    const script = fileURLToPath(new URL('./photograph.mjs', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script, page, folder, chromium ?? ''])
    taken = expectRight(photographs.decode(JSON.parse(stdout)))
  }, 180_000)

  it('can be captured on a desktop and on a phone, in light and in dark colours', () => {
    expect(taken.map(({ name, colorScheme }) => `${name} ${colorScheme}`)).toEqual([
      'desktop light',
      'desktop dark',
      'phone light',
      'phone dark',
    ])
    for (const { path } of taken) expect(statSync(path).size).toBeGreaterThan(20_000)
  })

  it('causes no error in the browser, and requests no other file', () => {
    for (const { complaints, requests, brokenImages } of taken) {
      expect(complaints).toEqual([])
      expect(requests).toHaveLength(1)
      expect(brokenImages).toBe(0)
    }
  })

  it('is no wider than its screen', () => {
    for (const { width, screen } of taken) expect(width).toBeLessThanOrEqual(screen)
  })

  it('draws its charts, with no text smaller than 9 pixels', () => {
    for (const { charts, smallestText } of taken) {
      expect(charts).toBe(8)
      expect(smallestText).toBeGreaterThanOrEqual(9)
    }
  })

  it('has a dark background where the reader prefers dark colours', () => {
    const brightness = (colour: string): number =>
      [...colour.matchAll(/\d+/g)].reduce((sum, [part]) => sum + Number(part), 0) / 3
    for (const { colorScheme, background } of taken) {
      if (colorScheme === 'dark') expect(brightness(background)).toBeLessThan(40)
      else expect(brightness(background)).toBeGreaterThan(230)
    }
  })
})
