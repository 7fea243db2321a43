/** The whole demo of AD-CLIP in a tab, next to Node's: `npm run browser:long`. */
import type * as t from 'io-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { demoSize } from '../../../src/demo/demo.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { chromium } from '../../support/chromium.js'
import type { DemoInNode } from '../demo-run.js'
import { demoInNode, evaluationOf, furthestLoss } from '../demo-run.js'
import type { DemoAnswer } from '../demo-settings.js'
import { demoAnswer } from '../demo-settings.js'
import type { Tab } from '../tab.js'
import { inRepository, inTab } from '../tab.js'

type TabOfDemo = Tab<t.TypeOf<typeof demoAnswer>>

const inChromium = (drawings: Readonly<Record<string, string>>): Promise<TabOfDemo> =>
  inTab('demo', demoAnswer, {
    given: { ...demoSize, engine: 'onnx-web', threads: 2, files: {}, drawings },
    folders: { '/assets/': inRepository('assets') },
  })

const figures = (where: string, answer: DemoAnswer, milliseconds: number): string => {
  const { zeroShot, adapted } = evaluationOf(answer)
  const percent = ({ overall }: { readonly overall: number }): string => (100 * overall).toFixed(1)
  return `${where}: zero-shot ${percent(zeroShot)}, adapted ${percent(adapted)}, ${(milliseconds / 1000).toFixed(0)} s\n`
}

describe.skipIf(chromium === undefined)('the whole demo in a tab (skipped without Chromium)', () => {
  let node: DemoInNode
  let tab: TabOfDemo

  beforeAll(async () => {
    node = await demoInNode({ ...demoSize, engine: 'onnx', files: {} }, onnxEngine())
    process.stdout.write(figures('Node, onnx', node, node.milliseconds))
    tab = await inChromium(node.drawings)
    process.stdout.write(figures("tab, wasm, Node's drawings", tab.result, tab.milliseconds))
  })

  it("has the losses of Node in its first step, from Node's drawings", () => {
    process.stdout.write(`losses of the first step: ${furthestLoss(tab.result, node)} apart at most\n`)
    expect(furthestLoss(tab.result, node)).toBeLessThan(1e-4)
  })

  it('ends within a point of the accuracy of Node, on a responsive page', () => {
    const [here, there] = [evaluationOf(tab.result), evaluationOf(node)]
    expect(here.zeroShot.overall).toBe(there.zeroShot.overall)
    expect(Math.abs(here.adapted.overall - there.adapted.overall)).toBeLessThanOrEqual(0.01)
    expect(tab.complaints).toEqual([])
    expect(tab.ticks).toBeGreaterThan(tab.milliseconds / 20 / 4)
  })

  it('gains as much with drawings of its own, whose pixels are those of another renderer', async () => {
    const own = await inChromium({})
    process.stdout.write(figures('tab, wasm, drawn by the page', own.result, own.milliseconds))
    const { zeroShot, adapted } = evaluationOf(own.result)
    expect(adapted.overall - zeroShot.overall).toBeGreaterThan(0.03)
    expect(own.complaints).toEqual([])
  })
})
