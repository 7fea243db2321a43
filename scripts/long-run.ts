/**
 * Takes 20,000 steps of a small model, and looks after every 1,000 at what a process can leak: `npm run tests:long-run --
 * --steps 20000`. Over the second half of the run, the slope of each figure by least squares must stay below its limit. The
 * loop keeps the metrics of all steps to return them, so the heap may grow by one record of numbers for each step.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { memory } from '@tensorflow/tfjs-core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { dim, input, linear, parameter, randomKey } from 'tensile'
import { Effect, explain, interpret, nodeRuntime, silentTerminal } from 'tensile/effects'
import type { Engine } from 'tensile/engines'
import { onnxEngine, tfjsEngine } from 'tensile/engines'
import { meanSquaredError } from 'tensile/losses'
import { adam, trainStep } from 'tensile/optimizers'
import { fit } from 'tensile/training'
import { lineInterval, progressLines } from '../src/cli/progress-lines.js'

const { values: options } = parseArgs({ options: { steps: { type: 'string', default: '20000' } } })
const steps = Number(options.steps)
const every = steps / 20

/** The most that each figure may grow by in a step; how much a line of metrics may take. */
const limits = { heap: 400, resident: 2000, tensors: 0, descriptors: 0, handles: 0, threads: 0 } as const
const mostBytesPerLine = 100
type Figure = keyof typeof limits
type Sample = Readonly<Record<Figure | 'step', number>>

setFlagsFromString('--expose-gc')
const collectGarbage: unknown = runInNewContext('gc')

const threads = (): number =>
  Number(/^Threads:\s+(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])

const sampleAt = (step: number, { name }: Engine): Sample => {
  if (typeof collectGarbage === 'function') collectGarbage()
  const { heapUsed, rss } = process.memoryUsage()
  return {
    step,
    heap: heapUsed,
    resident: rss,
    // ONNX Runtime does not count its tensors: memory shows them.
    tensors: name.startsWith('tfjs') ? memory().numTensors : 0,
    descriptors: readdirSync('/proc/self/fd').length,
    handles: process.getActiveResourcesInfo().length,
    threads: threads(),
  }
}

/** The slope of a figure for each step, by least squares. */
const slopeOf = (samples: readonly Sample[], figure: Figure): number => {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const [middle, usual] = [mean(({ step }) => step), mean((sample) => sample[figure])]
  return (
    mean((sample) => (sample.step - middle) * (sample[figure] - usual)) /
    mean(({ step }) => (step - middle) ** 2)
  )
}

const drawn = (key: randomKey.RandomKey, columns: number) => ({
  dtype: 'f32' as const,
  shape: [8, columns],
  data: randomKey.normal(key, 8 * columns),
})

const step = pipe(linear(input('x', ['B', 6]), parameter('w', [3, 6]), parameter('b', [3])), (predicted) =>
  trainStep({ loss: meanSquaredError(predicted, input('y', ['B', dim(3)])) }, adam({ learningRate: 1e-3 })),
)

const runOn = async (engine: Engine, directory: string): Promise<readonly string[]> => {
  if (E.isLeft(step)) throw new Error(step.left.message)
  const samples: Sample[] = []
  const lines: string[] = []
  const begun = performance.now()
  const key = randomKey.keyFromSeed(1)
  const outcome = await interpret(
    fit({
      label: engine.name,
      directory,
      step: step.right,
      sizes: { B: 8 },
      weights: {
        w: { dtype: 'f32', shape: [3, 6], data: randomKey.normal(key, 18) },
        b: { dtype: 'f32', shape: [3], data: new Float32Array(3) },
      },
      weightsFrom: 'first weights',
      steps,
      batch: (index) =>
        Effect.of({
          x: drawn(randomKey.foldIn(key, 2 * index), 6),
          y: drawn(randomKey.foldIn(key, 2 * index + 1), 3),
        }),
      saveEvery: every,
      start: 'new',
      onStep: ({ step: done }) => {
        if (done % every === 0) samples.push(sampleAt(done, engine))
        return Effect.of({})
      },
    }),
  )(
    nodeRuntime(engine, {
      ...silentTerminal,
      reportProgress: progressLines(
        (line) => void lines.push(line),
        () => performance.now(),
      ),
    }),
  )()
  if (E.isLeft(outcome)) return [explain(outcome.left)]
  const milliseconds = performance.now() - begun
  const half = samples.filter((sample) => sample.step > steps / 2)
  const last = half.at(-1)
  const faults: string[] = []
  console.log(`${engine.name}: ${steps} steps in ${(milliseconds / 1000).toFixed(0)} s`)
  for (const figure of ['heap', 'resident', 'tensors', 'descriptors', 'handles', 'threads'] as const) {
    const slope = slopeOf(half, figure)
    console.log(
      `  ${figure.padEnd(12)} ${last?.[figure]} at the end, slope ${slope.toPrecision(3)} a step, at most ${limits[figure]}`,
    )
    if (!(slope <= limits[figure])) faults.push(`${figure} grows by ${slope} a step`)
  }
  const log = await readFile(join(directory, 'metrics.jsonl'))
  const written = log.toString('utf8').split('\n').length - 1
  console.log(`  metrics.jsonl ${written} lines, ${log.length} bytes; ${lines.length} lines of progress`)
  if (written !== steps || log.length > mostBytesPerLine * steps) faults.push('metrics.jsonl is too long')
  if (lines.length > milliseconds / lineInterval) faults.push('progress is printed too often')
  return faults
}

for (const engine of [onnxEngine(), tfjsEngine('cpu')]) {
  const directory = await mkdtemp(join(tmpdir(), 'long-run-'))
  for (const fault of await runOn(engine, directory)) {
    console.log(`  fault: ${fault}`)
    process.exitCode = 1
  }
  await rm(directory, { recursive: true, force: true })
}
