/** The memory of training steps, predicted within 15 % or 4 MiB of what processes of their own hold. Linux only: it is read from `/proc`. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { measuredCases } from '../../../scripts/memory/cases.js'
import { isOff, measuredBytes } from '../../../scripts/memory/measured.js'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const folder = `${repository}build/measured-memory`
buildSync({
  entryPoints: ['measured-step', 'regions'].map((name) => `${repository}scripts/memory/${name}.ts`),
  outdir: folder,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const of = (method: string, name: string) =>
  measuredCases.filter((each) => each.method === method && each.size.name === name)

describe.runIf(process.platform === 'linux')('the memory that is predicted', () => {
  it.each([
    ...of('pda', "demo's"),
    ...of('coop', 'middle'),
    ...of('ad-clip', 'other'),
    ...of('dapl', 'middle'),
  ])(
    'is near what is measured: $method, $size.name',
    (each) => {
      const bytes = measuredBytes(`${folder}/measured-step.js`, each, 3)
      expect(bytes.measured).toBeGreaterThan(2 ** 20)
      expect(isOff(bytes), JSON.stringify(bytes)).toBe(false)
    },
    600_000,
  )

  it.each([...of('ad-clip', "demo's"), ...of('pda', "demo's"), ...of('unimos', "demo's")])(
    'is in the regions that ONNX Runtime takes: $method, $size.name',
    ({ method, size }) => {
      const { stdout, stderr } = spawnSync(process.execPath, [`${folder}/regions.js`, method, size.name], {
        encoding: 'utf8',
      })
      const taken = [...stderr.matchAll(/Extended allocation by (\d+) bytes/g)].map(([, bytes]) =>
        Number(bytes),
      )
      expect(taken.length).toBeGreaterThan(2)
      expect(JSON.parse(stdout)).toEqual(taken)
    },
    600_000,
  )
})
