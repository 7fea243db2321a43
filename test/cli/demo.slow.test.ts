import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const inFolder = (...path: readonly string[]): string => join(adclip.folder, ...path)

describe('adclip demo', () => {
  it('writes no report with --no-report, and says how to write it', async () => {
    const { code, stdout } = await adclip.run(
      ...['demo', '--images', '2', '--epochs', '1', '--out', 'unreported', '--no-report'],
    )
    expect(code).toBe(0)
    expect(await readdir(inFolder('unreported', 'run'))).not.toContain('report.html')
    expect(stdout).not.toMatch(/^report: /m)
    expect(stdout).toMatch(/^ {2}write the report: +npx adclip report --run unreported.run$/m)
  }, 120_000)
})
