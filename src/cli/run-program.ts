/** Starting another program, and waiting for its end. */
import { spawn } from 'node:child_process'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { reasonOf } from '../engines/reason-of.js'
import { codeOf } from '../effects/runtimes/system-error.js'

/** How a process ended: its exit code, and what it printed where that is kept. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface ProgramOptions {
  /** What of its output is kept; the rest is shown where this process shows its own. */
  readonly kept: readonly ('stdout' | 'stderr')[]
  /** Milliseconds after which it is ended; without them it may take as long as it does. */
  readonly atMost?: number
}

/** Runs a program to its end. Fails with a sentence where it cannot be started, or is ended by a signal. */
export const runProgram = (
  program: string,
  args: readonly string[],
  { kept, atMost }: ProgramOptions,
): TE.TaskEither<string, Ended> =>
  TE.tryCatch(
    () =>
      new Promise<Ended>((resolve, reject) => {
        const of = (name: 'stdout' | 'stderr') => (kept.includes(name) ? 'pipe' : 'inherit')
        const child = spawn(program, args, {
          stdio: ['ignore', of('stdout'), of('stderr')],
        })
        // Not the timer of `spawn`: that keeps this process until it is due where the program is not there.
        const end = atMost === undefined ? undefined : setTimeout(() => child.kill(), atMost)
        const parts = { stdout: '', stderr: '' }
        for (const name of ['stdout', 'stderr'] as const) {
          child[name]?.setEncoding('utf8').on('data', (part: string) => {
            parts[name] += part
          })
        }
        child.on('error', (error) => {
          clearTimeout(end)
          reject(error)
        })
        child.on('close', (code, signal) => {
          clearTimeout(end)
          if (code === null) reject(new Error(`${program} was ended by ${signal ?? 'a signal'}`))
          else resolve({ code, ...parts })
        })
      }),
    (error) => (codeOf(error) === 'ENOENT' ? `there is no program ${program} here` : reasonOf(error)),
  )
