/**
 * `npm run bench:predict -- [--images 42]`: images that `adclip predict` classifies in a second, by a run and by its exported model,
 * next to the engine's own limit: the same model on pixels that are in memory. The run is the demo's, its images are twice 12 things,
 * 42 drawings of each: 1,008. Whether both say the same classes as `adclip evaluate` is counted, too.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { demoFiles, demoPair } from '../src/demo/demo.js'
import type { Executable } from '../src/engines/engine.js'
import { openModel } from '../src/engines/onnx/open-model.js'
import { keyFromSeed, normal } from '../src/values/random-key.js'

const { values } = parseArgs({ options: { images: { type: 'string', default: '42' } } })
const drawings = Number(values.images)
const adclip = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'predict-'))
const batch = 32

/** The output of a command, and the seconds that it took. */
const timed = (...args: readonly string[]): { readonly stdout: string; readonly seconds: number } => {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [adclip, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`adclip ${args.join(' ')} ended with ${status}: ${stderr}`)
  return { stdout, seconds: (performance.now() - start) / 1000 }
}

/** Images that the model alone classifies in a second. */
const limitOf = async ({ run }: Executable, side: number, count: number): Promise<number> => {
  const shape = [batch, 3, side, side]
  const images = {
    images: { dtype: 'f32', shape, data: Float32Array.from(normal(keyFromSeed(1), batch * 3 * side * side)) },
  } as const
  const start = performance.now()
  for (let done = 0; done < count; done += batch) {
    const outputs = await run(images)()
    if (E.isLeft(outputs)) throw new Error(outputs.left.tag)
  }
  return (Math.ceil(count / batch) * batch * 1000) / (performance.now() - start)
}

/** The class of each image, and its probability, by its file. */
const answersOf = (csv: string, column: number): ReadonlyMap<string, readonly [string, number]> =>
  new Map(
    csv
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map((fields) => [
        (fields[0] ?? '').split('/').slice(-3).join('/'),
        [fields[column] ?? '', Number(fields[column + 1])],
      ]),
  )

/** How many classes of `expected` are the same in `found`, and by how much probabilities differ at most. */
const agreement = (found: ReturnType<typeof answersOf>, expected: ReturnType<typeof answersOf>): string => {
  const pairs = [...expected].map(([path, answer]) => [answer, found.get(path) ?? ['', Number.NaN]] as const)
  const same = pairs.filter(([[name], [other]]) => name === other).length
  const most = Math.max(...pairs.map(([[, share], [, other]]) => Math.abs(share - other)))
  return `${same} of ${expected.size} classes are those of evaluate, probabilities differ by ${most} at most`
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((x, y) => x - y)[Math.floor(numbers.length / 2)] ?? Number.NaN

/** Every figure is taken so many times, in turns, so that the load of the machine is the same for all. */
const rounds = 3

try {
  const size = { images: drawings, epochs: 1 }
  const { images, run } = demoFiles('demo', size)
  timed('demo', '--images', values.images, '--epochs', '1', '--out', 'demo')
  timed('export', '--run', run, '--out', 'classifier.onnx')
  timed('evaluate', '--run', run, '--no-report', '--predictions', 'evaluated.csv')
  const folders = [demoPair.source, demoPair.target].map((domain) => join(images, domain))
  const [one] = (await readFile(join(folder, 'evaluated.csv'), 'utf8')).split('\n').slice(1)
  const first = join(images, one?.split(',')[0] ?? '')
  const [by, model] = [
    ['--run', run],
    ['--model', 'classifier.onnx'],
  ]
  const evaluated = answersOf(await readFile(join(folder, 'evaluated.csv'), 'utf8'), 4)
  const opened = await openModel(join(folder, 'classifier.onnx'))()
  if (E.isLeft(opened)) throw new Error(opened.left.reason)
  const { executable, inputs } = opened.right
  const [, , side = 0] = inputs['images'] ?? []
  const rates: { readonly [how: string]: number[] } = { '--run': [], '--model': [], alone: [] }
  const said = new Map<string, string>()
  for (let round = 0; round < rounds; round += 1) {
    for (const how of [by, model]) {
      const start = timed('predict', ...how, first).seconds
      const { stdout, seconds } = timed('predict', ...how, ...folders)
      const found = answersOf(stdout, 1)
      rates[how[0] ?? '']?.push(found.size / (seconds - start))
      said.set(how[0] ?? '', `of ${found.size} images; ${agreement(found, evaluated)}`)
    }
    rates['alone']?.push(await limitOf(executable, side, 2 * evaluated.size))
  }
  const shown = (how: string): string => `${median(rates[how] ?? []).toFixed(0)} images a second`
  console.log(
    [
      ...[...said].map(([how, facts]) => `predict ${how}: ${shown(how)} (without its start) ${facts}`),
      `the exported model alone, on ${side} pixels in memory: ${shown('alone')}`,
      `medians of ${rounds}, in turns; load of the machine: ${(loadavg()[0] ?? 0).toFixed(1)}`,
    ].join('\n'),
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
