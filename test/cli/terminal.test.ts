/** The command in a terminal: ctrl-C stops it, and the terminal is left as it was. */
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { expectRight } from '../expect-either.js'
import { drawnData } from '../support/drawn-data.js'
import type { InTerminal, Outcome, TerminalKind } from './command.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const hasTerminals = spawnSync('script', ['--version']).status === 0
const [hidesCursor, showsCursor] = ['\u001B[?25l', '\u001B[?25h']
const [wrapsOff, wrapsOn] = ['\u001B[?7l', '\u001B[?7h']

/** A change of colour or weight (SGR). */
const colour = new RegExp(`\u001B\\[[\\d;]*m`)

beforeAll(async () => {
  for (const [path, bytes] of Object.entries(await drawnData(4))) {
    const file = join(adclip.folder, 'data', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
})

const pretrain = (terminal: TerminalKind, out: string): InTerminal =>
  adclip.startInTerminal(
    terminal,
    ...['pretrain', '--data', 'data', '--domains', 'photo', '--out', out, '--epochs', '4000', '--batch', '4'],
    ...['--resolution', '16', '--patch', '8', '--embedding', '16'],
  )

/** Presses ctrl-C so many times once its bar shows a loss, and waits for the end of the process. */
const interrupted = async (terminal: TerminalKind, out: string, times: number): Promise<Outcome> => {
  const running = pretrain(terminal, out)
  while (!running.shown().includes('loss')) await wait(20)
  for (let i = 0; i < times; i += 1) running.type('\u0003')
  const late = wait(60_000).then((): Outcome => {
    running.stop('SIGKILL')
    return { code: null, stdout: 'it did not end', stderr: '' }
  })
  return Promise.race([running.outcome, late])
}

/** The steps that a run has finished, and the one that it has saved. */
const stepsOf = async (out: string): Promise<{ readonly finished: number; readonly saved: number }> => {
  const inRun = (name: string) => readFile(join(adclip.folder, out, name))
  const checkpoint = await inRun('checkpoint.safetensors')
  return {
    finished: String(await inRun('metrics.jsonl')).split('\n').length - 1,
    saved: Number(expectRight(decodeSafetensors('checkpoint', checkpoint)).metadata['step']),
  }
}

const wide: TerminalKind = { columns: 120 }
const narrow: TerminalKind = { columns: 24, variables: { NO_COLOR: '1' } }

describe.skipIf(!hasTerminals)('ctrl-C in a terminal (skipped where there is no `script`)', () => {
  test.each([
    { times: 1, kind: 'narrow one without colours', terminal: narrow },
    { times: 2, kind: 'wide one', terminal: wide },
  ])(
    'ends a run within seconds, pressed $times times in a $kind, and leaves the terminal as it was',
    async ({ times, terminal }) => {
      const out = `pressed-${times}`
      const { code, stdout } = await interrupted(terminal, out, times)
      expect(stdout).toContain('loss')
      expect(code).toBe(130)
      if (times === 1) {
        expect(stdout).toMatch(/stopped on request\r?\n {2}→ start it again, with --resume/)
        const { finished, saved } = await stepsOf(out)
        expect(finished).toBeGreaterThan(0)
        expect(saved).toBe(finished)
      }
      expect(stdout.lastIndexOf(wrapsOn)).toBeGreaterThan(stdout.lastIndexOf(wrapsOff))
      expect(stdout.lastIndexOf(showsCursor)).toBeGreaterThanOrEqual(stdout.lastIndexOf(hidesCursor))
      // The bar is drawn over itself: where it is wider than the terminal, it is cut, since lines do not wrap.
      const bar = stdout.slice(stdout.indexOf(wrapsOff), stdout.lastIndexOf(wrapsOn))
      expect(bar.split('\n').filter((line) => line.includes('loss')).length).toBeLessThanOrEqual(2)
      expect(stdout).not.toMatch(colour)
    },
    240_000,
  )
})
