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

/** The class of each image, by its file. */
const classesOf = (csv: string, column: number): ReadonlyMap<string, string> =>
  new Map(
    csv
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map((fields) => [(fields[0] ?? '').split('/').slice(-3).join('/'), fields[column] ?? '']),
  )

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
  const lines: string[] = []
  const evaluated = classesOf(await readFile(join(folder, 'evaluated.csv'), 'utf8'), 4)
  for (const how of [by, model]) {
    const start = timed('predict', ...how, first).seconds
    const { stdout, seconds } = timed('predict', ...how, ...folders)
    const found = classesOf(stdout, 1)
    const same = [...evaluated].filter(([path, name]) => found.get(path) === name).length
    lines.push(
      `predict ${how[0]}: ${found.size} images in ${seconds.toFixed(1)} s, ${start.toFixed(1)} s of them to start: ${(found.size / (seconds - start)).toFixed(0)} images a second; ${same} of ${evaluated.size} classes are those of evaluate`,
    )
  }
  const opened = await openModel(join(folder, 'classifier.onnx'))()
  if (E.isLeft(opened)) throw new Error(opened.left.reason)
  const [, , side = 0] = opened.right.inputs['images'] ?? []
  lines.push(
    `the model alone, on ${side} pixels in memory: ${(await limitOf(opened.right.executable, side, evaluated.size)).toFixed(0)} images a second`,
    `load of the machine: ${(loadavg()[0] ?? 0).toFixed(1)}`,
  )
  console.log(lines.join('\n'))
} finally {
  await rm(folder, { recursive: true, force: true })
}
