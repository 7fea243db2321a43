/** What a browser shows of a report's page, and what must hold of it whatever its classes are. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as t from 'io-ts'
import { expect } from 'vitest'
import { expectRight } from '../expect-either.js'
import { chromium } from '../support/chromium.js'

const names = t.array(t.string)

const looks = t.type({
  looks: t.array(
    t.type({
      ...{ name: t.string, screen: t.number, milliseconds: t.number, width: t.number },
      ...{
        overlapping: names,
        crowded: names,
        tooWide: names,
        holes: names,
        beheaded: names,
        unmarked: names,
        untitled: names,
        tooSmallToTouch: names,
      },
      ...{
        cutMatrices: t.number,
        tallestImage: t.number,
        rowsOff: t.number,
        columnsOff: t.number,
        namesOff: t.number,
      },
      scrolled: t.tuple([t.number, t.number]),
      keys: t.union([t.undefined, t.type({ visible: names, scrolled: t.number })]),
      reached: names,
      findings: names,
    }),
  ),
  print: t.type({ background: t.string, cut: t.number, width: t.number, pages: t.number }),
})

export type Looks = t.TypeOf<typeof looks>

/** Opens a page of a report at the widths of a desk, a tablet, a laptop and a phone, and prints it. Pictures stay in `build`. */
export const lookAt = async (name: string, page: string): Promise<Looks> => {
  const folder = fileURLToPath(new URL(`../../build/report-${name}`, import.meta.url))
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'report.html')
  writeFileSync(path, page)
  const script = fileURLToPath(new URL('./look-at-report.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, path, chromium ?? '', folder])
  return expectRight(looks.decode(JSON.parse(stdout)))
}

/** Names are whole or lose their end, nothing lies on anything else, names of matrices stay, and axe finds nothing, at every width. */
export const expectReadable = ({ looks: seen, print }: Looks): void => {
  expect(seen.map(({ name }) => name)).toEqual(['wide', 'tablet', 'laptop', 'phone'])
  for (const look of seen) {
    expect(look.width, `width on a ${look.name}`).toBeLessThanOrEqual(look.screen)
    expect(look).toMatchObject({
      overlapping: [],
      crowded: [],
      tooWide: [],
      holes: [],
      beheaded: [],
      unmarked: [],
      untitled: [],
      findings: [],
    })
    expect(look.tooSmallToTouch).toEqual([])
    expect(Math.max(look.rowsOff, look.columnsOff), `names that stay on a ${look.name}`).toBeLessThan(1.5)
    expect(look.namesOff, `names next to their rows on a ${look.name}`).toBeLessThan(1.5)
    expect(look.tallestImage).toBeLessThan(220)
  }
  expect(print).toMatchObject({ cut: 0, background: 'rgb(255, 255, 255)' })
  expect(print.width).toBeLessThanOrEqual(690)
}
