/** `adclip engines` and `--engine`, as a user sees them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as t from 'io-ts'
import { expectRight } from '../expect-either.js'
import type { Adclip } from './command.js'
import { buildAdclip } from './command.js'

const trial = t.intersection([
  t.type({ name: t.string, works: t.boolean, version: t.string, device: t.string }),
  t.partial({ gigaflops: t.number, reason: t.string, advice: t.string }),
])

describe('adclip engines', { timeout: 600_000 }, () => {
  let adclip: Adclip
  beforeAll(async () => {
    adclip = await buildAdclip()
  }, 300_000)
  afterAll(() => adclip.remove())

  it('with --check says once that an engine does not work on this machine, why, and what to do', async ({
    skip,
  }) => {
    const tried = await adclip.run('engines', '--try', 'tfjs-node')
    const { works, reason = '', advice = '' } = expectRight(trial.decode(JSON.parse(tried.stdout)))
    if (works) skip('tfjs-node is installed')
    const { code, stdout, stderr } = await adclip.run('engines', '--check', 'tfjs-node', '--cases', '1')
    expect(stderr).toBe(
      `adclip: --check tfjs-node: it does not work on this machine: ${reason}\n  → ${advice}\n`,
    )
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('refuses a number of threads by name for an engine that takes none', async () => {
    const { code, stderr } = await adclip.run('parity', 'nowhere', '--engine', 'tfjs-wasm', '--threads', '2')
    expect(code).toBe(2)
    expect(stderr).toContain("--threads 2: 'tfjs-wasm' takes no number of threads")
    expect(stderr).toContain('onnx')
  })

  it('names the engines if an unknown one is chosen', async () => {
    const { code, stderr } = await adclip.run('parity', 'nowhere', '--engine', 'abacus')
    expect(code).toBe(2)
    expect(stderr).toContain('tfjs-wasm')
  })
})
