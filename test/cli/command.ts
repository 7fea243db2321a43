/** The command as a user has it: built, and started as a process. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  access,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
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
  readonly stop: (signal: NodeJS.Signals) => void
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

export interface TerminalKind {
  readonly columns: number
  readonly variables?: Variables
}

export interface Adclip {
  /** Words that start the command from anywhere. */
  readonly program: string
  /** A folder for the test's files, in which commands run. */
  readonly folder: string
  readonly start: (...args: readonly string[]) => Running
  /** Runs a command to its end. */
  readonly run: (...args: readonly string[]) => Promise<Outcome>
  readonly runWith: (variables: Variables, ...args: readonly string[]) => Promise<Outcome>
  /** Starts a command in a terminal, by the program `script` of util-linux; all that is shown is its standard output. */
  readonly startInTerminal: (terminal: TerminalKind, ...args: readonly string[]) => InTerminal
  /** Runs a command whose rest is read by bash: its output can go elsewhere. */
  readonly runInShell: (rest: string) => Promise<Outcome>
  readonly remove: () => Promise<void>
}

/** A hash of all that the build depends on. */
const stateOfSources = async (): Promise<string> => {
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true })
  const sources = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const hash = createHash('sha256')
  const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name))
  for (const path of [...settings, ...sources.toSorted()]) hash.update(path).update(await readFile(path))
  return hash.digest('hex').slice(0, 16)
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Removes builds of sources as they were a day ago. */
const removeOld = async (builds: string): Promise<void> => {
  for (const name of await readdir(builds)) {
    const { mtimeMs } = await stat(join(builds, name))
    if (Date.now() - mtimeMs > 86_400_000) await rm(join(builds, name), { recursive: true, force: true })
  }
}

/**
 * A build of the command in a folder like that of the package: made once for each state of the sources, for all files of
 * tests. Types are checked elsewhere: only what does not build at all fails here.
 */
const builtPackage = async (): Promise<string> => {
  const builds = join(root, 'build', 'adclip')
  const home = join(builds, await stateOfSources())
  if (await exists(home)) return home
  await mkdir(builds, { recursive: true })
  await removeOld(builds)
  const own = await mkdtemp(join(builds, 'new-'))
  await cp(join(root, 'package.json'), join(own, 'package.json'))
  await symlink(await realpath(join(root, 'node_modules')), join(own, 'node_modules'), 'junction')
  await symlink(join(root, 'assets'), join(own, 'assets'), 'junction')
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = ['--project', join(root, 'tsconfig.build.json'), '--outDir', join(own, 'dist')]
  const built = await start(compiler, [...options, '--declaration', 'false', '--sourceMap', 'false'], root)
    .outcome
  const { code, stderr } = await start(scriptIn(own), ['--version'], own).outcome
  if (code !== 0) throw new Error(`the command does not start: ${stderr}\n${built.stdout}${built.stderr}`)
  try {
    await rename(own, home)
  } catch (error) {
    // Another process was faster.
    if (!(await exists(home))) throw error
    await rm(own, { recursive: true, force: true })
  }
  return home
}

const scriptIn = (home: string): string => join(home, 'dist', 'cli', 'main.js')

/** The command, built from the sources, and a folder of its own for its files. */
export const buildAdclip = async (): Promise<Adclip> => {
  const script = scriptIn(await builtPackage())
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'adclip-')))
  const adclip = (...args: readonly string[]): Running => start(script, args, folder)
  return {
    program: `${process.execPath} ${script}`,
    folder,
    start: adclip,
    run: (...args) => adclip(...args).outcome,
    runWith: (variables, ...args) => start(script, args, folder, variables).outcome,
    startInTerminal: ({ columns, variables }, ...args) => {
      const command = [process.execPath, script, ...args].map((word) => `'${word}'`).join(' ')
      const line = `stty cols ${columns}; exec ${command}`
      return startProgram('script', ['-qec', line, '/dev/null'], folder, variables)
    },
    runInShell: (rest) =>
      startProgram('bash', ['-c', `"$0" "$1" ${rest}`, process.execPath, script], folder).outcome,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
