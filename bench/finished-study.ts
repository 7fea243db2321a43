/**
 * `npm run bench:finished-study -- [--runs 1000]`: how long a study of so many finished runs takes to be planned, listed and collected,
 * each by a command of its own. It does two small runs, one for each pair of domains, and copies them under other seeds.
 */
import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** All three commands together may take so long, in seconds. */
const atMost = 10

const { values } = parseArgs({ options: { runs: { type: 'string', default: '1000' } } })
const runs = Number(values.runs)
if (!Number.isInteger(runs) || runs < 2 || runs % 2 !== 0)
  throw new Error('--runs is an even number from 2: there are two pairs of domains')

const repository = fileURLToPath(new URL('../../', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'finished-study-'))
const adclip = join(repository, 'dist/cli/main.js')
const seeds = Array.from({ length: runs / 2 }, (_, i) => i + 1)
const study = (own: readonly number[]): readonly string[] => [
  ...[
    'table',
    '--data',
    'data',
    '--clip',
    'clip.safetensors',
    '--activation',
    'quick-gelu',
    '--out',
    'study',
  ],
  ...['--methods', 'coop', '--batch', '4', '--epochs', '1', '--warm-up', '0'],
  ...['--pairs', 'photo:sketch,sketch:photo', '--seeds', own.join(',')],
]

/** Runs a program, and gives what it prints and the seconds that it takes. */
const timed = (args: readonly string[]): { readonly stdout: string; readonly seconds: number } => {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return { stdout, seconds: (performance.now() - start) / 1000 }
}

/** Copies a finished run under another seed. */
const copyRun = async (from: string, seed: number): Promise<void> => {
  const to = join(dirname(from), `seed-${seed}`)
  await mkdir(to, { recursive: true })
  await cp(from, to, { recursive: true })
  for (const name of ['run.json', 'evaluation.json']) {
    const text = await readFile(join(to, name), 'utf8')
    const own = text.replace(/"seed":(\s*)1\b/, (_, space: string) => `"seed":${space}${seed}`)
    await writeFile(join(to, name), own)
  }
}

try {
  timed([join(repository, 'build/scripts/small-study.js'), folder])
  timed([adclip, ...study([1])])
  for (const pair of ['photo-to-sketch', 'sketch-to-photo']) {
    for (const seed of seeds.slice(1)) await copyRun(join(folder, 'study', 'coop', pair, 'seed-1'), seed)
  }
  const before = loadavg()[0] ?? 0
  const plan = timed([adclip, ...study(seeds), '--plan'])
  const finished = plan.stdout
    .trim()
    .split('\n')
    .filter((line) => line.includes('"state":"finished"')).length
  if (finished !== runs) throw new Error(`${finished} of ${runs} runs are finished`)
  await mkdir(join(folder, 'study', 'jobs'))
  await writeFile(join(folder, 'study', 'jobs', 'plan.jsonl'), plan.stdout)
  const listed = timed([adclip, 'status', 'study'])
  const collected = timed([adclip, ...study(seeds), '--collect'])
  const all = plan.seconds + listed.seconds + collected.seconds
  console.log(
    [
      `${listed.stdout.trim()}; load of the machine before: ${before.toFixed(1)}`,
      `planned in ${plan.seconds.toFixed(1)} s, listed in ${listed.seconds.toFixed(1)} s, collected in ${collected.seconds.toFixed(1)} s`,
      `together ${all.toFixed(1)} s, at most ${atMost} s are wanted`,
    ].join('\n'),
  )
  if (all > atMost) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
