/**
 * `npm run bench:features -- [--rounds 3] [--before <repository>]`: the time of `adclip train` on 5,000 images under 2 views and on 1,000 under
 * 32, without kept features and with all of them kept, in turns, medians. `--before` names a built repository of an earlier version, which is
 * timed on kept features, too. The CLIP is small, so that images are encoded as fast as can be: of a larger one, features spare more.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, before: { type: 'string' } },
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number from 1')

const repository = fileURLToPath(new URL('../../', import.meta.url))

/** Runs a program and gives the seconds that it takes. */
const seconds = (folder: string, args: readonly string[]): number => {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return (performance.now() - start) / 1000
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

interface Workload {
  readonly name: string
  /** Images of each of three classes in each of two domains. */
  readonly imagesOfClass: number
  readonly views: readonly string[]
}

const workloads: readonly Workload[] = [
  { name: '5,004 images under 2 views', imagesOfClass: 834, views: ['--augmentation', 'none'] },
  {
    name: '1,002 images under 32 views',
    imagesOfClass: 167,
    views: ['--augmentation', 'views', '--views', '31'],
  },
]

/** A way to train: a repository's command, and whether features are kept, in a folder of its own. */
interface Way {
  readonly name: string
  readonly adclip: string
  readonly features: string | undefined
}

const adclipOf = (root: string): string => join(root, 'dist/cli/main.js')
const ways: readonly Way[] = [
  { name: 'without kept features', adclip: adclipOf(repository), features: undefined },
  { name: 'with kept features', adclip: adclipOf(repository), features: 'features' },
  ...(values.before === undefined
    ? []
    : [{ name: 'with kept features, before', adclip: adclipOf(values.before), features: 'features-before' }]),
]

const train = (folder: string, { adclip, features }: Way, { views }: Workload): number =>
  seconds(folder, [
    ...[adclip, 'train', '--data', 'data', '--clip', 'clip.safetensors', '--activation', 'quick-gelu'],
    ...['--method', 'coop', '--source', 'photo', '--target', 'sketch', '--batch', '256', '--epochs', '1'],
    ...['--warm-up', '0', '--out', 'run', '--overwrite', '--no-report', ...views],
    ...(features === undefined ? [] : ['--features', features]),
  ])

console.log(`load of the machine before: ${(loadavg()[0] ?? 0).toFixed(1)}`)
for (const workload of workloads) {
  const folder = await mkdtemp(join(tmpdir(), 'kept-features-'))
  try {
    seconds(folder, [
      join(repository, 'build/scripts/small-study.js'),
      folder,
      String(workload.imagesOfClass),
    ])
    for (const way of ways) if (way.features !== undefined) train(folder, way, workload)
    const times = Array.from({ length: rounds }, () => ways.map((way) => train(folder, way, workload)))
    const medians = ways.map((_, i) => median(times.map((round) => round[i] ?? Number.NaN)))
    const warm = medians[1] ?? Number.NaN
    console.log(`${workload.name}:`)
    for (const [i, { name, features }] of ways.entries()) {
      const files =
        features === undefined
          ? ''
          : `, ${(await readdir(join(folder, features), { recursive: true })).length - 1} files`
      const time = medians[i] ?? Number.NaN
      console.log(
        `  ${name}: ${time.toFixed(2)} s, ${(time / warm).toFixed(2)} of the time with them${files}`,
      )
    }
    if (warm >= (medians[0] ?? 0)) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
