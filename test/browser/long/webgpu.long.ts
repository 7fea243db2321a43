/** The engine `onnx-web` on WebGPU, by the software driver of Chromium. */
import { describe, expect, it } from 'vitest'
import { chromium } from '../../support/chromium.js'
import { conformanceReport } from '../conformance-settings.js'
import { inTab } from '../tab.js'

const coarse =
  'WGSL leaves the precision of sine and cosine to the driver, and this one computes them coarsely'
const flushed = 'WGSL allows a driver to treat numbers below 1.2e-38 as 0'
const finite =
  'WGSL allows a driver to assume that there are no NaN, no infinities and no arguments without a value'
const absolute = 'numbers around 1e-8 have the absolute error of a number near 1'
const unchecked = 'Gather checks no ids on the device'

/** What this driver is known to compute otherwise, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'values: cos': coarse,
  'values: randomNormal': coarse,
  'special values: randomNormal': coarse,
  'gradients: cos': coarse,
  'tails: sin': coarse,
  'tails: cos': coarse,
  'tails: expm1': absolute,
  'tails: tanh': absolute,
  'tails: erf': flushed,
  'tails: log': finite,
  'tails: log1p': finite,
  'special values: rows of -Infinity, and NaN in reductions': finite,
  'state: is unchanged by a run that fails': unchecked,
  'refusals: ids outside their axis': unchecked,
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
