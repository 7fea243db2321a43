/** The built command as a process. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))

/** How a process ended. */
export interface Outcome {
  /** Exit code; null if a signal ended the process. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly pid: number
  readonly kill: (signal: NodeJS.Signals) => void
  readonly outcome: Promise<Outcome>
}

/** Starts `adclip` in a folder. */
export const start = (folder: string, args: readonly string[]): Running => {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      said[name] += text
    })
  }
  return {
    pid: child.pid ?? Number.NaN,
    kill: (signal) => void child.kill(signal),
    outcome: new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, ...said }))
    }),
  }
}

/** Runs `adclip` to its end. */
export const run = (folder: string, args: readonly string[]): Promise<Outcome> => start(folder, args).outcome
