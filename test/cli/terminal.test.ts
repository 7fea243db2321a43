/** The command in a terminal: ctrl-C stops it, and the terminal is left as it was. */
import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawnData } from '../support/drawn-data.js'
import type { InTerminal, Outcome } from './command.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const hasTerminals = spawnSync('script', ['--version']).status === 0
const [hidesCursor, showsCursor] = ['\u001B[?25l', '\u001B[?25h']
const [wrapsOff, wrapsOn] = ['\u001B[?7l', '\u001B[?7h']

beforeAll(async () => {
  for (const [path, bytes] of Object.entries(await drawnData(4))) {
    const file = join(adclip.folder, 'data', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
})

const pretrain = (out: string): InTerminal =>
  adclip.startInTerminal(
    ...['pretrain', '--data', 'data', '--domains', 'photo', '--out', out, '--epochs', '4000', '--batch', '4'],
    ...['--resolution', '16', '--patch', '8', '--embedding', '16'],
  )

/** Presses ctrl-C so many times once its bar shows a loss, and waits for the end of the process. */
const interrupted = async (out: string, times: number): Promise<Outcome> => {
  const running = pretrain(out)
  while (!running.shown().includes('loss')) await wait(20)
  for (let i = 0; i < times; i += 1) running.type('\u0003')
  const late = wait(60_000).then((): Outcome => {
    running.stop('SIGKILL')
    return { code: null, stdout: 'it did not end', stderr: '' }
  })
  return Promise.race([running.outcome, late])
}

describe.skipIf(!hasTerminals)('ctrl-C in a terminal (skipped where there is no `script`)', () => {
  test.each([1, 2])(
    'ends a run within seconds, pressed %i times',
    async (times) => {
      const { code, stdout } = await interrupted(`pressed-${times}`, times)
      expect(stdout).toContain('loss')
      expect(code).toBe(130)
      if (times === 1) expect(stdout).toMatch(/stopped on request\r?\n {2}→ start it again, with --resume/)
      expect(stdout.lastIndexOf(wrapsOn)).toBeGreaterThan(stdout.lastIndexOf(wrapsOff))
      expect(stdout.lastIndexOf(showsCursor)).toBeGreaterThanOrEqual(stdout.lastIndexOf(hidesCursor))
    },
    240_000,
  )
})
