/** `adclip verify`, and `adclip engines --replay`, as a user sees them. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import { programOfNodes } from '../../src/dsl/program.js'
import { drawnNormal } from '../../src/engine-conformance/drawn-values.js'
import { toOnnx } from '../../src/engines/onnx/to-onnx.js'
import { expectRight } from '../expect-either.js'
import type { Adclip } from './command.js'
import { buildAdclip } from './command.js'

/** Rows of a table by their ids, and a layer. */
const model = (): Uint8Array => {
  const rows = b.gather(b.parameter('table', [9, 4]), b.input('ids', ['B', 3], 'i32'), 0)
  const y = b.tanh(b.matmul(b.exp(rows), b.parameter('w', [4, 2])))
  const weights = { table: drawnNormal([9, 4], 1), w: drawnNormal([4, 2], 2) }
  return expectRight(toOnnx(expectRight(programOfNodes({ y })), { weights }))
}

describe('adclip verify', { timeout: 300_000 }, () => {
  let adclip: Adclip
  beforeAll(async () => {
    adclip = await buildAdclip()
    writeFileSync(join(adclip.folder, 'model.onnx'), model())
    writeFileSync(join(adclip.folder, 'broken.onnx'), 'no model')
  }, 300_000)
  afterAll(() => adclip.remove())

  it('prints the differences of engines from the oracle, and exits with 0 where all agree', async () => {
    const { code, stdout } = await adclip.run(
      ...['verify', 'model.onnx', '--engines', 'onnx,reference', '--range', 'ids=0:9', '--sizes', 'B=5'],
    )
    expect(stdout).toMatch(/^sizes: B = 5\n\nengine +largest difference +relative +ms +verdict\n/)
    expect(stdout.match(/agrees/g)).toHaveLength(3)
    expect(stdout).toMatch(/^onnx, the file itself/m)
    expect(code).toBe(0)
  })

  it('keeps a folder of each difference, which engines --replay runs again', async () => {
    const verified = await adclip.run(
      ...['verify', 'model.onnx', '--engines', 'onnx,reference', '--range', 'ids=0:9'],
      ...['--tolerance', '0', '--out', 'found'],
    )
    expect(verified.code).toBe(1)
    expect(verified.stdout.match(/differs/g)).toHaveLength(2)
    const folder = join('found', 'onnx', 'verify-model.onnx')
    expect(readdirSync(join(adclip.folder, folder)).toSorted()).toEqual([
      'expected.safetensors',
      'finding.json',
      'inputs.safetensors',
      'model.onnx',
      'program.json',
      'weights.safetensors',
    ])
    const again = await adclip.run('engines', '--replay', folder)
    expect(again.stdout).toMatch(/^found\/onnx\/verify-model.onnx: verify: model.onnx: y: element \d+ is/)
    expect(again.code).toBe(1)
    const onRight = await adclip.run('engines', '--replay', folder, '--check', 'reference')
    expect(onRight.stdout).toMatch(/: no longer\n$/)
    expect(onRight.code).toBe(0)
  })

  it('says what cannot be read or computed, in one line, with what to do', async () => {
    const said = async (...args: readonly string[]): Promise<string> => {
      const { code, stderr } = await adclip.run('verify', ...args, '--engines', 'reference')
      expect(code).toBe(2)
      return stderr
    }
    expect(await said('broken.onnx')).toMatch(
      /^adclip: broken.onnx: the file: it is no ONNX model: .*; give the bytes of an .onnx file\n/,
    )
    expect(await said('nothing.onnx')).toContain('there is no file nothing.onnx')
    expect(await said('model.onnx', '--range', 'ids=9:10')).toContain(
      'the oracle refuses these inputs: gather [B,3,4]: id 9 is not among the 9 positions of the axis',
    )
  })
})
