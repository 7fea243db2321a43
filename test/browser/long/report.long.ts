/** Reports of as many classes as Office-Home and DomainNet have, in a browser. */
import { beforeAll, describe, expect, it } from 'vitest'
import { reportPage } from '../../../src/report/page.js'
import { largeReport } from '../../report/large-reports.js'
import type { Looks } from '../../report/looks.js'
import { expectReadable, lookAt } from '../../report/looks.js'

describe.each([
  { classes: 65, images: 60, shown: 3, bytes: 700_000, pages: 16 },
  { classes: 345, images: 58, shown: 32, bytes: 1_300_000, pages: 45 },
])('a report of $classes classes', ({ classes, images, shown, bytes, pages }) => {
  let page = ''
  let seconds = Number.NaN
  let looks: Looks

  beforeAll(async () => {
    const report = await largeReport(classes, images)
    const before = process.cpuUsage()
    page = reportPage({ ...report, gallery: report.gallery.slice(0, shown) })
    seconds = process.cpuUsage(before).user / 1e6
    looks = await lookAt(String(classes), page)
    const [first] = looks.looks
    process.stdout.write(
      `report of ${classes} classes, ${(classes * images).toLocaleString('en')} images: ${seconds.toFixed(2)} s of processor, ` +
        `${(page.length / 1000).toFixed(0)} kB, open after ${((first?.milliseconds ?? 0) / 1000).toFixed(1)} s, ${looks.print.pages} pages on paper\n`,
    )
  })

  it('is readable at every width and on paper', () => {
    expectReadable(looks)
  })

  it('is made in seconds, is a file that can be sent, and opens before a reader gives up', () => {
    expect(seconds).toBeLessThan(3)
    expect(page.length).toBeLessThan(bytes)
    for (const { milliseconds } of looks.looks) expect(milliseconds).toBeLessThan(20_000)
    expect(looks.print.pages).toBeGreaterThan(3)
    expect(looks.print.pages).toBeLessThan(pages)
  })

  it('has a matrix that scrolls, by the keyboard, too, and shows the one that is chosen', () => {
    for (const { name, scrolled, keys, reached } of looks.looks) {
      expect(scrolled[1], `scrolled down on a ${name}`).toBeGreaterThan(100)
      if (name === 'phone' || classes > 80)
        expect(scrolled[0], `scrolled right on a ${name}`).toBeGreaterThan(100)
      expect(keys?.visible).toEqual(['before'])
      expect(keys?.scrolled).toBeGreaterThan(20)
      if (name !== 'phone') {
        expect(reached).toEqual(expect.arrayContaining(['a', 'div matrix', 'summary', 'input']))
      }
    }
  })
})
