import { afterEach, describe, expect, it, vi } from 'vitest'
import { runProgram } from '../../src/cli/run-program.js'
import { expectLeft, expectRight } from '../expect-either.js'

describe('a program that is run', () => {
  afterEach(() => void vi.useRealTimers())

  const node = (script: string, atMost: number) =>
    runProgram(process.execPath, ['--eval', script], { kept: ['stdout', 'stderr'], atMost })()

  it('ends in its exit code and in what it printed', async () => {
    const outcome = await node('console.log("a"); console.error("b"); process.exitCode = 3', 60_000)
    expect(expectRight(outcome)).toEqual({ code: 3, stdout: 'a\n', stderr: 'b\n' })
  })

  it('is ended where it takes longer than it may', async () => {
    expect(expectLeft(await node('setTimeout(() => {}, 60_000)', 300))).toBe(
      `${process.execPath} was ended by SIGTERM`,
    )
  })

  it('leaves no timer that keeps this process, whether it ran or is not there', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    expectRight(await node('', 60_000))
    const absent = await runProgram('no-such-program', [], { kept: [], atMost: 60_000 })()
    expect(expectLeft(absent)).toBe('there is no program no-such-program here')
    expect(vi.getTimerCount()).toBe(0)
  })
})
