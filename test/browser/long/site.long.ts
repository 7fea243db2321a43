/** The whole site: built, and walked through in a tab. */
import { execFile } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as t from 'io-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectRight } from '../../expect-either.js'
import { chromium } from '../../support/chromium.js'

const repository = fileURLToPath(new URL('../../../', import.meta.url))

const walk = t.type({
  pages: t.array(t.string),
  /** Links that lead to no page, or to no place on it. */
  dead: t.array(t.string),
  /** Errors and warnings of the console, and answers of 400 and above. */
  complaints: t.array(t.string),
  otherHosts: t.array(t.string),
  /** What axe finds that is serious or critical, by page. */
  findings: t.record(t.string, t.array(t.string)),
  pictures: t.array(
    t.type({
      path: t.string,
      name: t.string,
      file: t.string,
      tooWide: t.boolean,
      findings: t.array(t.string),
    }),
  ),
})

const photographed = [
  '/',
  '/playground.html',
  '/errors.html',
  '/tutorials/coop.html',
  '/primitives.html',
  '/speed.html',
]

describe('the site', () => {
  let seconds = Number.NaN
  let seen: t.TypeOf<typeof walk>

  beforeAll(async () => {
    const begun = performance.now()
    await promisify(execFile)('npm', ['run', 'site'], { cwd: repository, maxBuffer: 2 ** 26 })
    seconds = (performance.now() - begun) / 1000
    process.stdout.write(`site: built in ${seconds.toFixed(0)} s\n`)
    const pictures = `${repository}build/site-pictures`
    mkdirSync(pictures, { recursive: true })
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        `${repository}test/site/look-at-site.mjs`,
        chromium ?? '',
        JSON.stringify({
          folder: `${repository}site/dist`,
          start: ['/'],
          // The pages of the reference are made by one template: axe looks at two of them.
          withoutAxe: '^/api/(?!losses|report)',
          photographs: { folder: pictures, pages: photographed },
        }),
      ],
      { maxBuffer: 2 ** 26 },
    )
    seen = expectRight(walk.decode(JSON.parse(stdout)))
  })

  it('is built in under 3 minutes', () => {
    expect(seconds).toBeLessThan(180)
  })

  it('has no dead link', () => {
    expect(seen.pages.length).toBeGreaterThan(60)
    expect(seen.dead).toEqual([])
  })

  it('leaves the console empty, and asks no other host', () => {
    expect(seen.complaints).toEqual([])
    expect(seen.otherHosts).toEqual([])
  })

  it('has nothing serious for axe to find, in light, in dark, and on a phone', () => {
    expect(seen.findings).toEqual({})
    expect(seen.pictures.flatMap(({ findings }) => findings)).toEqual([])
  })

  it('can be photographed on a desk in light and dark, and on a phone, no wider than the screen', () => {
    expect(seen.pictures).toHaveLength(3 * photographed.length)
    for (const { file, tooWide, path, name } of seen.pictures) {
      expect(statSync(file).size).toBeGreaterThan(20_000)
      expect(tooWide, `${path} ${name}`).toBe(false)
    }
  })
})
