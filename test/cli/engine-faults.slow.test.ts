/** Engines that crash, hang, or fill memory are found by the suite of processes, and their folders show it again. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

const ran = (command: string, args: readonly string[]): Promise<{ code: unknown; stdout: string }> =>
  new Promise((resolve) => {
    execFile(command, args, { cwd: root }, (error, stdout) => resolve({ code: error?.code ?? 0, stdout }))
  })

it('engines that end, hold or fill their process are found, and found again from their folders', async () => {
  const { code, stdout } = await ran('npm', ['run', 'engines:faults', '--', '--processes-only'])
  expect(stdout).toMatch(
    /9 faults, 9 found, whose folders fail on the faulty engine and pass on the right one/,
  )
  expect(code).toBe(0)
}, 900_000)
