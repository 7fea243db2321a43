/**
 * Measures the tables of docs/results.md again: `npm run results -- <table> --pacs <root of PACS> --out <folder>`. Without
 * a table it names them. The same command continues what was interrupted, and does nothing again that is done; started
 * several times, it shares the runs of a study among its processes.
 *
 * The folder gets `data` (the halves of PACS as links, and their lists), `clips`, `runs`, and `tables/<table>`: what each
 * command prints, studies balanced over classes and over images. `--trial` does the same below `<folder>/trial` with one epoch
 * and one seed: it shows in a few minutes whether everything runs, and its figures mean nothing.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { demoSize } from '../../src/demo/demo.js'
import { explain } from '../../src/effects/explain.js'
import { interpret } from '../../src/effects/interpreter.js'
import { nodeRuntime } from '../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../src/effects/runtimes/terminal.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { loadClipVocabulary } from '../../src/formats/clip-vocabulary.js'
import { tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import { drawnFiles, gateFiles, makeData } from './data.js'
import type { DrawnFiles, DrawnSet } from './drawings.js'
import { gateDrawings, makeDrawings, methodDrawings } from './drawings.js'
import type { Stage } from './tables.js'
import { shortest, tables } from './tables.js'

const adclip = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pacs: { type: 'string' },
    out: { type: 'string' },
    trial: { type: 'boolean', default: false },
  },
})

const refuse = (problem: string): void => {
  console.error(`${problem}\n  → npm run results -- <table> --pacs <root of PACS> --out <folder> [--trial]`)
  process.exitCode = 2
}

/** Runs a command in the folder of results, and gives what it prints; ends this process with it where it fails. */
const printed = (out: string, command: string, args: readonly string[]): string => {
  const { status, signal, stdout } = spawnSync(process.execPath, [adclip, command, ...args], {
    cwd: out,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) {
    console.error(`adclip ${command} ended with ${status === null ? signal : `exit code ${status}`}`)
    process.exit(status ?? 1)
  }
  return stdout
}

/** The files that hold what a study prints, each with the options that print it so. */
const printings = [
  { ending: 'balanced.md', options: ['--metric', 'balanced', '--format', 'markdown'] },
  { ending: 'overall.md', options: ['--metric', 'overall', '--format', 'markdown'] },
  { ending: 'balanced.csv', options: ['--metric', 'balanced', '--format', 'csv'] },
] as const

const runStage = (out: string, table: string, stage: Stage, more: readonly string[]): void => {
  const { name, command, result } = stage
  const args = [...stage.options, ...more]
  console.error(`${table}/${name}: adclip ${command} ${args.join(' ')}`)
  if (result !== undefined && existsSync(join(out, result))) return
  const path = join(out, 'tables', table, name)
  if (command === 'table' || command === 'ablate') {
    for (const { ending, options: form } of printings)
      writeFileSync(`${path}-${ending}`, printed(out, command, [...args, ...form]))
  } else {
    writeFileSync(`${path}.txt`, printed(out, command, args))
  }
}

/** Draws the data sets that need no download, and unpacks their CLIP; gives why that failed, if it did. */
const drawn = async (
  folder: string,
  { paths, set }: { readonly paths: DrawnFiles; readonly set: DrawnSet },
): Promise<string | undefined> => {
  const vocabulary = await loadClipVocabulary()
  if (E.isLeft(vocabulary)) return explain(vocabulary.left)
  const files = { images: join(folder, paths.images), clip: join(folder, paths.clip) }
  if (existsSync(files.clip)) return undefined
  const outcome = await interpret(makeDrawings(files, set, demoSize.images, tokenizer(vocabulary.right)))(
    nodeRuntime(onnxEngine(), silentTerminal),
  )()
  return E.isLeft(outcome) ? explain(outcome.left) : undefined
}

/** The tables whose data sets are drawn. */
const drawnFor = new Map([
  ['methods-demo', { paths: drawnFiles, set: methodDrawings }],
  ['gate', { paths: gateFiles, set: gateDrawings }],
])

/** The tables that need no PACS. */
const withoutPacs: readonly (string | undefined)[] = ['demo', ...drawnFor.keys()]

const [name, ...others] = positionals
const { pacs = '', out = '', trial } = options
const stages = tables(resolve(pacs))[name ?? '']
if (stages === undefined || name === undefined || others.length > 0) {
  refuse(`name one of the tables: ${Object.keys(tables('')).join(', ')}`)
} else if (out === '' || (pacs === '' && !withoutPacs.includes(name))) {
  refuse(`${name}: ${out === '' ? '--out' : '--pacs'} is missing`)
} else if (!existsSync(adclip)) {
  refuse('adclip is not built: npm run build')
} else {
  const folder = trial ? join(out, 'trial') : out
  mkdirSync(join(folder, 'tables', name), { recursive: true })
  if (pacs !== '') {
    mkdirSync(join(folder, 'data'), { recursive: true })
    for (const line of makeData(pacs, folder)) console.error(line)
  }
  const drawings = drawnFor.get(name)
  const undrawn = drawings === undefined ? undefined : await drawn(folder, drawings)
  if (undrawn === undefined) {
    for (const stage of stages) runStage(folder, name, stage, trial ? shortest(stage) : [])
  } else {
    console.error(undrawn)
    process.exitCode = 1
  }
}
