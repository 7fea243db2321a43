import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluationCodec } from '../../src/experiments/evaluation/evaluation-file.js'
import { expectRight } from '../expect-either.js'
import { publishedTrees } from '../support/published-trees.js'
import type { Outcome, Running } from './command.js'
import { buildAdclip } from './command.js'
import { smallStudies } from './small-studies.js'
import { bytesWithoutTimes } from '../support/step-times.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
const { inFolder, prepare, study } = smallStudies(adclip)
beforeAll(prepare, 60_000)

const exists = async (...path: readonly string[]): Promise<boolean> => {
  try {
    await stat(inFolder(...path))
    return true
  } catch {
    return false
  }
}

/** Stops a process as soon as there is a file. */
const stopAtFile = async (
  process: Running,
  path: string,
  signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL',
): Promise<Outcome> => {
  const state = { over: false }
  const outcome = process.outcome.finally(() => {
    state.over = true
  })
  while (!state.over && !(await exists(path))) await wait(2)
  process.stop(signal)
  return outcome
}

describe.each([
  { layout: 'office-home', signal: 'SIGINT', code: 130 },
  { layout: 'visda-2017', signal: 'SIGTERM', code: 143 },
  { layout: 'mini-domainnet', signal: 'SIGKILL', code: null },
] as const)('adclip table on $layout', ({ layout, signal, code }) => {
  const { domains, evaluated } = publishedTrees[layout]
  const [first, second] = domains
  const pairs = `${first}:${second},${second}:${first}`
  const table = (out: string): Running =>
    study('table', layout, out, '--pairs', pairs, '--seeds', '1,2', '--epochs', '6')

  it(`stopped by ${signal} and started again gives the same table and weights`, async () => {
    const whole = await table(`${layout}-whole`).outcome
    expect(whole).toMatchObject({ code: 0 })
    expect(whole.stdout).toContain('mean ± deviation over seeds 1, 2')
    expect(whole.stdout).toMatch(/^CLIP zero-shot +ViT 1×64\/8 +[\d.]+ +[\d.]+/m)
    expect(whole.stdout).toMatch(/^AD-CLIP \(reference\) +ViT 1×64\/8 +[\d.]+ ± [\d.]+ +[\d.]+ ± [\d.]+/m)
    expect(whole.stderr.match(/^run \d of 6: .*$/gm)).toHaveLength(6)
    const byClass = `${first} → ${second}: accuracy on the target by class, %`
    expect(whole.stdout.includes(byClass)).toBe(layout === 'visda-2017')

    const run = (name: string, ...path: readonly string[]): string =>
      join(`${layout}-${name}`, 'ad-clip-reference', ...path)
    const cells = domains.flatMap((source) =>
      domains
        .filter((target) => target !== source)
        .flatMap((target) => ['seed-1', 'seed-2'].map((seed) => join(`${source}-to-${target}`, seed))),
    )
    const [, , third = ''] = cells
    const stopped = await stopAtFile(
      table(`${layout}-stopped`),
      run('stopped', third, 'metrics.jsonl'),
      signal,
    )
    expect(stopped).toMatchObject({ code, stdout: '' })
    expect(await exists(run('stopped', third, 'evaluation.json'))).toBe(false)

    const resumed = await table(`${layout}-stopped`).outcome
    expect(resumed).toMatchObject({ code: 0, stdout: whole.stdout })
    expect(resumed.stderr.match(/^run \d of 6: .*$/gm)?.length).toBeLessThan(6)
    for (const cell of cells) {
      for (const file of ['prompt_learner.safetensors', 'evaluation.json', 'metrics.jsonl']) {
        const bytes = await readFile(inFolder(run('stopped', cell, file)))
        const others = await readFile(inFolder(run('whole', cell, file)))
        expect(bytesWithoutTimes(bytes).equals(bytesWithoutTimes(others)), join(cell, file)).toBe(true)
      }
      const evaluation: unknown = JSON.parse(
        await readFile(inFolder(run('whole', cell, 'evaluation.json')), 'utf8'),
      )
      expect(expectRight(evaluationCodec.decode(evaluation)).adapted.count).toBe(evaluated)
    }
  }, 240_000)
})
