/** The speeds of engines, as a user sees them: every engine of this machine is measured. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as t from 'io-ts'
import { engineNames } from '../../src/engines/catalogue.js'
import { expectRight } from '../expect-either.js'
import type { Adclip } from './command.js'
import { buildAdclip } from './command.js'

const report = t.type({
  engines: t.array(
    t.intersection([
      t.type({ name: t.string, works: t.boolean, device: t.string }),
      t.partial({ gigaflops: t.number, reason: t.string, advice: t.string }),
    ]),
  ),
})

describe('the speeds of engines', { timeout: 600_000 }, () => {
  let adclip: Adclip
  beforeAll(async () => {
    adclip = await buildAdclip()
  }, 300_000)
  afterAll(() => adclip.remove())

  it('prints the device and speed of each engine that works, and for the others why not and what to do', async () => {
    const { code, stdout } = await adclip.run('engines', '--json')
    expect(code).toBe(0)
    const { engines } = expectRight(report.decode(JSON.parse(stdout)))
    expect(engines.map(({ name }) => name)).toEqual(engineNames)
    const working = engines.filter(({ works }) => works)
    expect(working.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['onnx', 'tfjs-wasm', 'tfjs-cpu', 'reference']),
    )
    for (const { name, device, gigaflops } of working) {
      expect(device, name).not.toBe('')
      expect(gigaflops, name).toBeGreaterThan(0)
    }
    for (const { name, reason, advice } of engines.filter(({ works }) => !works)) {
      expect(reason, name).toMatch(/\w/)
      expect(advice, name).toMatch(/\w/)
    }
  })

  it('chooses the fastest backend of TensorFlow.js, and prints the speeds', async () => {
    const { stderr } = await adclip.run('parity', 'nowhere', '--engine', 'tfjs')
    expect(stderr).toMatch(/engine: tfjs-\w+ \(TensorFlow\.js.*GFLOP\/s: tfjs-/)
    expect(stderr).toContain('nowhere')
  })
})
