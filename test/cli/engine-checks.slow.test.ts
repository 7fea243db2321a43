/** All checks of engines by `adclip engines --check`; WebGPU through whatever driver there is takes minutes with one in software. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as t from 'io-ts'
import { expectRight } from '../expect-either.js'
import { coarse, finite, flushed, onnxOnWebGpu } from '../support/webgpu-exceptions.js'
import type { Adclip, Variables } from './command.js'
import { buildAdclip } from './command.js'

const trial = t.intersection([t.type({ works: t.boolean }), t.partial({ reason: t.string })])

const conformance = t.type({
  engine: t.string,
  findings: t.array(
    t.intersection([
      t.type({ area: t.string, subject: t.string }),
      t.partial({ deviation: t.union([t.string, t.undefined]) }),
    ]),
  ),
})

/** The software driver for Vulkan that Chromium comes with on Debian. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** What WebGPU is tried with: the driver that the environment names, else the software one, else the system's. */
const graphics: Variables =
  process.env['VK_ICD_FILENAMES'] === undefined && existsSync(softwareDriver)
    ? { VK_ICD_FILENAMES: softwareDriver, LD_LIBRARY_PATH: dirname(softwareDriver) }
    : {}

/** What WebGPU does otherwise on some machine, with ONNX Runtime or TensorFlow.js. */
const onWebGpu: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['values', 'special values', 'gradients'].flatMap((area) =>
      ['sin', 'cos'].map((op) => [`${area}: ${op}`, coarse]),
    ),
  ),
  ...Object.fromEntries(
    ['values', 'special values'].flatMap((area) =>
      ['sign', 'floor', 'less', 'lessEqual', 'topK'].map((op) => [`${area}: ${op}`, flushed]),
    ),
  ),
  ...Object.fromEntries(['log', 'div', 'pow', 'matmul'].map((op) => [`special values: ${op}`, finite])),
  'special values: rows of -Infinity, and NaN in reductions': finite,
}
const exceptions = {
  'onnx-webgpu': {
    ...onWebGpu,
    ...onnxOnWebGpu,
  },
  'tfjs-webgpu': {
    ...onWebGpu,
    'size: long axes, with ties': 'argMax of a long axis gives one of the largest, not the first of them',
  },
} as const

describe('adclip engines --check', { timeout: 600_000 }, () => {
  let adclip: Adclip
  beforeAll(async () => {
    adclip = await buildAdclip()
  }, 300_000)
  afterAll(() => adclip.remove())

  it('prints the deviations of an engine and exits with 0 if there are none', async () => {
    const { code, stdout } = await adclip.run('engines', '--check', 'reference', '--cases', '1')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\| checks that hold \| reference \|\n/)
    expect(stdout).toContain('No deviation.')
  })

  it.for(['onnx-webgpu', 'tfjs-webgpu'] as const)(
    'finds no deviations of %s except the known ones, if there is a driver',
    async (name, { skip }) => {
      const tried = await adclip.runWith(graphics, 'engines', '--try', name)
      const { works, reason = '' } = expectRight(trial.decode(JSON.parse(tried.stdout)))
      if (!works) skip(reason)
      const checked = await adclip.runWith(graphics, 'engines', '--check', name, '--json', '--cases', '1')
      const { findings } = expectRight(conformance.decode(JSON.parse(checked.stdout)))
      expect(findings.length).toBeGreaterThan(100)
      const known = Object.keys(exceptions[name])
      const deviations = findings.flatMap(({ area, subject, deviation }) =>
        deviation === undefined || known.includes(`${area}: ${subject}`)
          ? []
          : [`${area}: ${subject}: ${deviation}`],
      )
      expect(deviations).toEqual([])
    },
  )
})
