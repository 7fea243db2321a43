/** AD-CLIP's demo in a tab, shortened to a few steps. The whole of it, and its resuming elsewhere, are in `long`. */
import type * as t from 'io-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { chromium } from '../support/chromium.js'
import type { DemoInNode } from './demo-run.js'
import { classifiedNoise, demoInNode, evaluationOf, furthestLoss, reportOf } from './demo-run.js'
import { demoAnswer } from './demo-settings.js'
import type { Tab } from './tab.js'
import { inRepository, inTab } from './tab.js'

const size = { images: 2, epochs: 3 }
const begun = { ...size, engine: 'onnx-web', threads: 1, files: {} }
const folders = { '/assets/': inRepository('assets') }

describe.skipIf(chromium === undefined)(
  'the demo of AD-CLIP in a tab (skipped where there is no Chromium)',
  () => {
    let node: DemoInNode
    let tab: Tab<t.TypeOf<typeof demoAnswer>>

    beforeAll(async () => {
      node = await demoInNode({ ...begun, engine: 'onnx' }, onnxEngine())
      tab = await inTab('demo', demoAnswer, { given: { ...begun, drawings: node.drawings }, folders })
    }, 600_000)

    it('has the losses of Node in its first step, and its accuracies within an image', () => {
      expect(furthestLoss(tab.result, node)).toBeLessThan(1e-4)
      const [own, its] = [evaluationOf(tab.result), evaluationOf(node)]
      expect(own.zeroShot).toEqual(its.zeroShot)
      expect(Math.abs(own.adapted.overall - its.adapted.overall)).toBeLessThan(1.5 / 24)
    })

    it('writes a report with images before and after, and a classifier that says what that of Node says', async () => {
      expect(reportOf(tab.result).match(/src="data:image\/jpeg;base64,/g)?.length).toBeGreaterThan(10)
      expect(Object.keys(tab.result.files).toSorted()).toEqual(Object.keys(node.files).toSorted())
      const [here, there] = [await classifiedNoise(tab.result), await classifiedNoise(node)]
      expect(here).toHaveLength(12)
      here.forEach((share, i) => expect(share).toBeCloseTo(there[i] ?? Number.NaN, 3))
    })

    it('leaves the page responsive, its console empty, and other hosts alone', () => {
      expect(tab.complaints).toEqual([])
      expect(tab.ticks).toBeGreaterThan(tab.milliseconds / 20 / 4)
      expect(tab.requests.filter((address) => !address.startsWith('/'))).toEqual([])
    })
  },
)
