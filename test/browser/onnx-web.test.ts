/** The engine `onnx-web` in a tab. */
import { beforeAll, describe, expect, it } from 'vitest'
import type * as t from 'io-ts'
import { chromium } from '../support/chromium.js'
import { conformanceReport } from './conformance-settings.js'
import type { Tab } from './tab.js'
import { inTab } from './tab.js'

describe.skipIf(chromium === undefined)(
  'the engine onnx-web in a tab (skipped where there is no Chromium)',
  () => {
    let tab: Tab<t.TypeOf<typeof conformanceReport>>

    beforeAll(async () => {
      tab = await inTab('conformance', conformanceReport, {
        given: { runs: 1, engine: { provider: 'wasm', threads: 2 } },
      })
    }, 120_000)

    it('computes what programs mean, with two threads of WebAssembly', () => {
      expect(tab.result.findings.length).toBeGreaterThan(200)
      expect(tab.result.findings.filter(({ deviation }) => deviation !== undefined)).toEqual([])
    })

    it('asks for its own files, where the page says, and for nothing of another host', () => {
      expect(tab.requests.filter((address) => !address.startsWith('/'))).toEqual([])
      expect(tab.requests).toContain('/onnxruntime/ort-wasm-simd-threaded.wasm')
    })

    it('leaves the page responsive, and its console empty', () => {
      expect(tab.complaints).toEqual([])
      expect(tab.ticks).toBeGreaterThan(tab.milliseconds / 20 / 4)
    })
  },
)
