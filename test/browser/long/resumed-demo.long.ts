/** AD-CLIP's demo, begun in Node, gone on with in a tab, and ended in Node. */
import { describe, expect, it } from 'vitest'
import { onnxWebEngine } from '../../../src/engines/onnx-web/index.js'
import { chromium } from '../../support/chromium.js'
import { bitsOfRun, classifiedNoise, demoInNode, lossesOf, scoresOf } from '../demo-run.js'
import { demoAnswer } from '../demo-settings.js'
import { inRepository, inTab } from '../tab.js'

/** One thread, so that sums have one order. */
const begun = { images: 2, epochs: 6, engine: 'onnx-web', threads: 1, files: {} }
const engine = onnxWebEngine({ threads: 1 })
const folders = { '/assets/': inRepository('assets') }

describe.skipIf(chromium === undefined)('the demo in parts (skipped without Chromium)', () => {
  it('goes on in a tab where Node was stopped, is stopped itself, and Node ends with the bits of an undisturbed run in the tab', async () => {
    const label = 'photo → crayon'
    const first = await demoInNode(begun, engine, { label, done: 1 })
    expect(first.stopped).toBe(true)
    const given = { ...begun, drawings: first.drawings }
    const whole = await inTab('demo', demoAnswer, { given, folders })
    const second = await inTab('demo', demoAnswer, {
      given: { ...given, files: first.files },
      folders,
      stopAt: { label, done: 2 },
    })
    expect(second.result.stopped).toBe(true)
    // The worker may have taken further steps when it is told.
    expect(lossesOf(second.result).length).toBeGreaterThanOrEqual(2)
    const last = await demoInNode({ ...begun, files: second.result.files }, engine)
    expect(bitsOfRun(last)).toEqual(bitsOfRun(whole.result))
    expect(await classifiedNoise(last)).toEqual(await classifiedNoise(whole.result))
    const scores = scoresOf(whole.result)
    expect(scores.length).toBeGreaterThan(20)
    scoresOf(last).forEach((score, i) => expect(score).toBeCloseTo(scores[i] ?? Number.NaN, 12))
  })
})
