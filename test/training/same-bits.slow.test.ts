/** The same seed gives the same run: the same bits run after run, and after a restart. Other numbers of threads only round. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  dim,
  gelu,
  input,
  layerNorm,
  matmul,
  mul,
  parameter,
  randomKey,
  softmax,
  transposeLast,
} from '../../src/dsl/index.js'
import * as Effect from '../../src/effects/effect.js'
import { interpret } from '../../src/effects/interpreter.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { onnxEngine } from '../../src/engines/index.js'
import { crossEntropy } from '../../src/losses/index.js'
import { initialise, linearLayer, ones, xavierNormal, zeros } from '../../src/model/index.js'
import { adamW, chain, clipByGlobalNorm, trainStep } from '../../src/optimizers/index.js'
import type { FitPlan, Fitted } from '../../src/training/index.js'
import { fitRecorded } from '../../src/training/index.js'
import { bytesOf } from '../../src/values/value.js'
import { labelTensor } from '../../src/values/rows.js'
import { expectRight } from '../expect-either.js'

const [rows, steps] = [64, 10]

/** Products, a softmax, norms and sums over rows: what engines divide among threads. */
const x = input('x', ['B', 256])
const hidden = gelu(linearLayer('first', dim(256), dim(512))(x))
const normal = layerNorm(hidden, parameter('norm.weight', [512]), parameter('norm.bias', [512]))
const mixed = matmul(softmax(mul(matmul(normal, transposeLast(normal)), 0.05), 1), normal)
const loss = crossEntropy(linearLayer('head', dim(512), dim(10))(mixed), input('labels', ['B'], 'i32'))
const step = expectRight(trainStep({ loss }, chain(clipByGlobalNorm(1), adamW({ learningRate: 1e-3 }))))

const planOf = (seed: number, resume = false): FitPlan => {
  const key = randomKey.keyFromSeed(seed)
  return {
    label: 'training',
    directory: 'run',
    step,
    sizes: { B: rows },
    weights: expectRight(
      initialise(loss, key, {
        default: xavierNormal,
        rules: [
          [/norm\.weight$/, ones],
          [/bias$/, zeros],
        ],
      }),
    ),
    weightsFrom: 'first weights',
    steps,
    batch: (index) => {
      const data = randomKey.normal(randomKey.foldIn(key, index), rows * 256)
      const labels = Array.from({ length: rows }, (_, i) => Number((data[i * 256] ?? 0) > 0) + (i % 5))
      return Effect.of({ x: { dtype: 'f32', shape: [rows, 256], data }, labels: labelTensor(labels) })
    },
    saveEvery: 3,
    start: resume ? 'resume' : 'new',
  }
}

const run = (plan: FitPlan, threads: number, disk: MemoryDisk = memoryDisk(), stopAt = Infinity) =>
  interpret(fitRecorded(plan))(memoryWorld({ engine: onnxEngine({ threads }), disk, stopAt }).runtime)()

const finished = async (...given: Parameters<typeof run>): Promise<Fitted> => expectRight(await run(...given))

/** A hash of all bits of the state, with the metrics of all steps. */
const bitsOf = ({ state, metrics }: Fitted) => {
  const hash = createHash('sha256')
  for (const [name, { data }] of Object.entries(state).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(bytesOf(data))
  return { state: hash.digest('hex'), metrics }
}

describe('a seed', () => {
  it.each([1, 2])(
    'gives the same bits three times, and after a restart, with %d threads',
    async (threads) => {
      const first = bitsOf(await finished(planOf(7), threads))
      expect(bitsOf(await finished(planOf(7), threads))).toEqual(first)
      expect(bitsOf(await finished(planOf(7), threads))).toEqual(first)
      const disk = memoryDisk()
      expect((await run(planOf(7), threads, disk, 40))._tag).toBe('Left')
      expect(disk.files.has('run/checkpoint.safetensors')).toBe(true)
      expect(bitsOf(await finished(planOf(7, true), threads, disk))).toEqual(first)
      expect(bitsOf(await finished(planOf(8), threads)).state).not.toBe(first.state)
    },
  )

  it('gives losses within 1e-4 of each other, as a share, with other numbers of threads', async () => {
    const { metrics } = await finished(planOf(7), 1)
    for (const threads of [2, 3, 4]) {
      const others = (await finished(planOf(7), threads)).metrics
      const apart = metrics.map(({ loss: wanted = Number.NaN }, i) =>
        Math.abs((others[i]?.['loss'] ?? Number.NaN) / wanted - 1),
      )
      for (const share of apart) expect(share).toBeLessThan(1e-4)
    }
  })
})
