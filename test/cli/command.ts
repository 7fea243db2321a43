/** The command as a user has it: built to a folder of its own, and started as a process. */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** How a process ended. */
export interface Outcome {
  /** Exit code; `null` if a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A process that runs. */
export interface Running {
  readonly stop: (signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM') => void
  readonly outcome: Promise<Outcome>
}

/** Environment in which nothing depends on how the tests themselves were started. */
const { NODE_OPTIONS: _, ...environment } = process.env

/** Variables of the environment that a process is given in addition to those of the tests. */
export type Variables = Readonly<Record<string, string>>

const start = (script: string, args: readonly string[], folder: string, variables: Variables = {}): Running =>
  startProgram(process.execPath, [script, ...args], folder, variables)

const startProgram = (
  program: string,
  args: readonly string[],
  folder: string,
  variables: Variables = {},
): InTerminal => {
  const env = { ...environment, ...variables }
  const child = spawn(program, args, { cwd: folder, env })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      output[name] += text
    })
  }
  return {
    stop: (signal) => void child.kill(signal),
    type: (keys) => void child.stdin.write(keys),
    shown: () => output.stdout,
    outcome: new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, ...output }))
    }),
  }
}

/** A process in a terminal of its own. */
export interface InTerminal extends Running {
  /** Presses keys: `\u0003` is ctrl-C. */
  readonly type: (keys: string) => void
  /** All that has been shown so far. */
  readonly shown: () => string
}

export interface Adclip {
  /** A folder for the test's files, in which commands run. */
  readonly folder: string
  readonly start: (...args: readonly string[]) => Running
  /** Runs a command to its end. */
  readonly run: (...args: readonly string[]) => Promise<Outcome>
  readonly runWith: (variables: Variables, ...args: readonly string[]) => Promise<Outcome>
  /** Starts a command in a terminal, by the program `script` of util-linux; all that is shown is its standard output. */
  readonly startInTerminal: (...args: readonly string[]) => InTerminal
  /** Runs a command whose rest is read by bash: its output can go elsewhere. */
  readonly runInShell: (rest: string) => Promise<Outcome>
  readonly remove: () => Promise<void>
}

/** Builds the command from the sources. Types are checked elsewhere: only what does not build at all fails here. */
export const buildAdclip = async (): Promise<Adclip> => {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'adclip-')))
  const folder = await mkdtemp(join(home, 'work-'))
  await cp(join(root, 'package.json'), join(home, 'package.json'))
  await symlink(await realpath(join(root, 'node_modules')), join(home, 'node_modules'), 'junction')
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = ['--project', join(root, 'tsconfig.build.json'), '--outDir', join(home, 'dist')]
  const built = await start(compiler, [...options, '--declaration', 'false', '--sourceMap', 'false'], root)
    .outcome
  const script = join(home, 'dist', 'cli', 'main.js')
  const adclip = (...args: readonly string[]): Running => start(script, args, folder)
  const { code, stderr } = await adclip('--version').outcome
  if (code !== 0) throw new Error(`the command does not start: ${stderr}\n${built.stdout}${built.stderr}`)
  return {
    folder,
    start: adclip,
    run: (...args) => adclip(...args).outcome,
    runWith: (variables, ...args) => start(script, args, folder, variables).outcome,
    startInTerminal: (...args) =>
      startProgram(
        'script',
        ['-qec', [process.execPath, script, ...args].map((word) => `'${word}'`).join(' '), '/dev/null'],
        folder,
      ),
    runInShell: (rest) =>
      startProgram('bash', ['-c', `"$0" "$1" ${rest}`, process.execPath, script], folder).outcome,
    remove: () => rm(home, { recursive: true, force: true }),
  }
}
