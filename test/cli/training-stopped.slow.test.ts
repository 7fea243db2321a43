import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StopSignal } from '../../src/effects/index.js'
import { decodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { expectRight } from '../expect-either.js'
import type { Outcome, Running } from './command.js'
import { buildAdclip } from './command.js'
import { smallRuns, stepsPerEpoch } from './small-runs.js'
import { bytesWithoutTimes } from '../support/step-times.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
const { inFolder, prepare, pretrain, train } = smallRuns(adclip)
beforeAll(prepare, 60_000)

/** Lines of a run's metrics so far; -1 before there is such a file. */
const linesOf = async (run: string): Promise<number> => {
  try {
    return (await readFile(inFolder(run, 'metrics.jsonl'), 'utf8')).split('\n').length - 1
  } catch {
    return -1
  }
}

/** Stops a process as soon as its run has written so many lines of metrics. */
const stopAt = async (
  process: Running,
  run: string,
  lines: number,
  signal: StopSignal | 'SIGKILL',
): Promise<Outcome> => {
  const state = { over: false }
  const outcome = process.outcome.finally(() => {
    state.over = true
  })
  while (!state.over && (await linesOf(run)) < lines) await wait(2)
  process.stop(signal)
  return outcome
}

/** A random number of lines between two. */
const between = (low: number, high: number): number => Math.round(low + Math.random() * (high - low))

describe.each([
  // Moments: parts of the run after which it is killed, about.
  { command: 'train', start: train, epochs: 40, result: 'prompt_learner.safetensors', moments: [0, 0.3] },
  { command: 'pretrain', start: pretrain, epochs: 12, result: 'clip.safetensors', moments: [0.2] },
  {
    command: 'pretrain-in-float16',
    start: (out: string, epochs: number, ...more: readonly string[]) =>
      pretrain(out, epochs, '--precision', 'float16', ...more),
    epochs: 6,
    result: 'clip.safetensors',
    moments: [],
  },
])('adclip $command, killed and resumed', ({ command, start, epochs, result, moments }) => {
  it('ends with the same bytes as if nothing had happened', async () => {
    const whole = await start(`${command}-whole`, epochs).outcome
    expect(whole.code).toBe(0)
    const run = `${command}-killed`
    const steps = epochs * stepsPerEpoch
    for (const share of moments) {
      const lines = share === 0 ? 0 : between(1, 2 * share * steps)
      const killed = await stopAt(start(run, epochs, '--resume', 'if-there'), run, lines, 'SIGKILL')
      expect(killed.code, `killed at ${lines} of ${steps} lines`).toBe(null)
    }
    const interrupted = await stopAt(
      start(run, epochs, '--resume', 'if-there'),
      run,
      // More lines than a killed run has left: the process is on its way by then, and hears the signal.
      between(0.7 * steps, 0.8 * steps),
      'SIGINT',
    )
    expect(interrupted.code).toBe(130)
    expect(interrupted.stderr).toMatch(/^adclip: .*\n {2}→ .*--resume.*\n$/m)
    const resumed = await start(run, epochs, '--resume').outcome
    const renamed = (text: string): string => text.replace(`${command}-whole`, run)
    expect(resumed).toEqual({ ...whole, stdout: renamed(whole.stdout), stderr: renamed(whole.stderr) })
    for (const file of [result, 'metrics.jsonl', 'checkpoint.safetensors', 'run.json']) {
      const [first, second] = [inFolder(`${command}-whole`, file), inFolder(run, file)]
      const same = bytesWithoutTimes(await readFile(first)).equals(bytesWithoutTimes(await readFile(second)))
      expect(same, `${file} is the same`).toBe(true)
    }
  }, 240_000)
})

describe.each([
  { signal: 'SIGINT', code: 130 },
  { signal: 'SIGTERM', code: 143 },
  { signal: 'SIGHUP', code: 129 },
] as const)('adclip train, asked to stop by $signal', ({ signal, code }) => {
  it('finishes its step, saves it, and ends with the exit code of the signal', async () => {
    const run = `asked-${signal}`
    const stopped = await stopAt(train(run, 400), run, 4, signal)
    expect(stopped.code).toBe(code)
    expect(stopped.stderr).toContain('stopped on request')
    const checkpoint = await readFile(inFolder(run, 'checkpoint.safetensors'))
    const { metadata } = expectRight(decodeSafetensors('checkpoint', checkpoint))
    expect(Number(metadata['step'])).toBe(await linesOf(run))
  }, 240_000)
})
