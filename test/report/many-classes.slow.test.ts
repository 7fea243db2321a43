import { describe, expect, it } from 'vitest'
import { demoThings } from '../../src/demo/demo.js'
import { reportPage } from '../../src/report/page.js'
import { chromium } from '../support/chromium.js'
import { largeReport, reportOf } from './large-reports.js'
import { expectReadable, lookAt } from './looks.js'

describe.skipIf(chromium === undefined)(
  'a report of many classes in a browser (skipped where there is no Chromium)',
  () => {
    it('shows every name whole or without its end, and nothing on anything else, at every width and on paper', async () => {
      const report = await largeReport(20, 10)
      expectReadable(await lookAt('20', reportPage({ ...report, gallery: report.gallery.slice(0, 1) })))
    }, 180_000)

    it('shows all columns of matrices of twelve classes', async () => {
      const report = await reportOf(demoThings, 10)
      const looks = await lookAt('12', reportPage({ ...report, gallery: [] }))
      expectReadable(looks)
      expect(looks.looks.map(({ cutMatrices }) => cutMatrices)).toEqual([0, 0, 0, 0])
    }, 180_000)
  },
)
