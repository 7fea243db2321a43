/**
 * `npm run bench:study -- [--processes 2] [--epochs 1200] [--seeds 1,2] [--images 8]`: a study in one process and in several,
 * each with one thread, on kept features of a small CLIP; how much faster it is in several, and whether both end in the same table.
 * Both are timed from the start of the processes to the end of the last run. The features of the images are computed before.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '2' },
    epochs: { type: 'string', default: '1200' },
    seeds: { type: 'string', default: '1,2' },
    images: { type: 'string', default: '8' },
  },
})
const processes = Number(values.processes)
if (!Number.isInteger(processes) || processes < 1) throw new Error('--processes is a whole number from 1')

const repository = fileURLToPath(new URL('../../', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'study-processes-'))
const adclip = join(repository, 'dist/cli/main.js')
const study = (out: string): readonly string[] => [
  ...['table', '--data', 'data', '--clip', 'clip.safetensors', '--activation', 'quick-gelu', '--batch', '4'],
  ...['--image-tokens', '2', '--style-hidden', '8', '--mapping-hidden', '8', '--epochs', values.epochs],
  ...[
    '--warm-up',
    '1',
    '--methods',
    'coop,ad-clip',
    '--seeds',
    values.seeds,
    '--pairs',
    'photo:sketch,sketch:photo',
  ],
  ...['--features', 'features', '--threads', '1', '--out', out],
]

const runOnce = (args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

const started = (args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    )
  })

/** Seconds that so many processes take for the study in a folder of its own. */
const secondsOf = async (count: number): Promise<number> => {
  const start = performance.now()
  const words = [adclip, ...study(`in-${count}`), '--shard', '0/1']
  await Promise.all(Array.from({ length: count }, () => started(words)))
  return (performance.now() - start) / 1000
}

try {
  runOnce([join(repository, 'build/scripts/small-study.js'), folder, values.images])
  runOnce([adclip, ...study('in-1'), '--encode'])
  const before = loadavg()[0] ?? 0
  const alone = await secondsOf(1)
  const together = await secondsOf(processes)
  const tables = [1, processes].map((count) => runOnce([adclip, ...study(`in-${count}`), '--collect']))
  console.log(
    [
      `runs: ${
        runOnce([adclip, ...study('in-1'), '--plan'])
          .trim()
          .split('\n').length
      }, cores: ${availableParallelism()}, load of the machine before: ${before.toFixed(1)}`,
      `1 process: ${alone.toFixed(1)} s`,
      `${processes} processes: ${together.toFixed(1)} s, ${(alone / together).toFixed(2)} times the speed of one`,
      `the tables are ${new Set(tables).size === 1 ? 'the same, byte for byte' : 'DIFFERENT'}`,
    ].join('\n'),
  )
  if (new Set(tables).size !== 1) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
