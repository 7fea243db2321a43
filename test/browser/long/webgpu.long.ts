/** The engine `onnx-web` on WebGPU, by the software driver of Chromium. */
import { describe, expect, it } from 'vitest'
import { chromium } from '../../support/chromium.js'
import { coarse, finite, onnxOnWebGpu } from '../../support/webgpu-exceptions.js'
import { conformanceReport } from '../conformance-settings.js'
import { inTab } from '../tab.js'

/** What this driver is known to compute otherwise, and why. */
const exceptions: Readonly<Record<string, string>> = {
  ...onnxOnWebGpu,
  'values: cos': coarse,
  'gradients: cos': coarse,
  'special values: rows of -Infinity, and NaN in reductions': finite,
}

describe.skipIf(chromium === undefined)('the engine onnx-web on WebGPU (skipped without Chromium)', () => {
  it('computes what programs mean, apart from what WGSL leaves to its driver', async () => {
    const tab = await inTab('conformance', conformanceReport, {
      given: { runs: 1, engine: { provider: 'webgpu' } },
      webgpu: true,
    })
    const deviating = tab.result.findings.filter(({ deviation }) => deviation !== undefined)
    expect(deviating.map(({ area, subject }) => `${area}: ${subject}`).toSorted()).toEqual(
      Object.keys(exceptions).toSorted(),
    )
    expect(tab.complaints).toEqual([])
    expect(tab.requests.filter((address) => !address.startsWith('/'))).toEqual([])
  })
})
