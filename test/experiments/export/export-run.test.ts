import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as nodeRuntime from 'onnxruntime-node'
import * as webRuntime from 'onnxruntime-web'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clipTransform } from '../../../src/experiments/encoding/adaptable-clip.js'
import type { AdaptationEvaluation } from '../../../src/experiments/evaluation/evaluation-file.js'
import { evaluateAdaptation } from '../../../src/experiments/evaluation/evaluate-run.js'
import { domainImages } from '../../../src/data/data-set.js'
import type { LabelledImage } from '../../../src/data/data-set.js'
import { readDataSet } from '../../../src/data/read-data-set.js'
import * as Effect from '../../../src/effects/effect.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { accuracy, argMaxRows } from '../../../src/experiments/accuracy.js'
import { exportRun } from '../../../src/experiments/export/export-run.js'
import { centreView } from '../../../src/effects/image-view.js'
import type { DecodedImages } from '../../../src/effects/instruction.js'
import type { MemoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { decodeImages } from '../../../src/effects/operations.js'
import type { MethodName } from '../../../src/methods/index.js'
import { explain } from '../../../src/effects/explain.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { classes, drawnData } from '../../support/drawn-data.js'
import { attempt } from '../../support/mishaps.js'
import {
  architecture,
  bytesTokenizer,
  diskWith,
  smallConfiguration,
  smallRun,
} from '../../support/small-ad-clip.js'
import { pythonHasOnnxRuntime } from '../../support/python-onnx-runtime.js'
import { runInPython } from './python-classifier.js'

const engine = onnxEngine({ threads: 1 })
const tokenizer = bytesTokenizer
const files = await drawnData(4)

/** A run of a method that has been trained and evaluated. */
interface Trained {
  readonly disk: MemoryDisk
  readonly evaluation: AdaptationEvaluation
}

const trained = async (method: MethodName): Promise<Trained> => {
  const disk = diskWith(files)
  const procedure = pipe(
    smallRun(smallConfiguration(method), false),
    Effect.flatMap(() => evaluateAdaptation('run', tokenizer)),
  )
  return { disk, evaluation: expectRight((await attempt(procedure, { engine, disk })).outcome) }
}

/** The bytes of the model that a run is exported as. */
const exported = async (disk: MemoryDisk, batch?: number): Promise<Uint8Array> => {
  const outcome = await attempt(exportRun('run', { tokenizer, out: 'model.onnx', batch, overwrite: true }), {
    engine,
    disk,
  })
  expectRight(outcome.outcome)
  return disk.files.get('model.onnx') ?? new Uint8Array()
}

/** The images of the target as a user of the model would prepare them. */
const targetImages = async (
  disk: MemoryDisk,
): Promise<{ readonly images: readonly LabelledImage[]; readonly pixels: DecodedImages['images'] }> => {
  const procedure = pipe(
    Effect.Do,
    Effect.bind('data', () => readDataSet('data', { domains: ['photo', 'sketch'], strict: true })),
    Effect.bind('decoded', ({ data }) =>
      decodeImages(
        domainImages(data, 'sketch', 'evaluation').map(({ path }) => ({ path, view: centreView })),
        clipTransform(architecture),
      ),
    ),
  )
  const { data, decoded } = expectRight((await attempt(procedure, { engine, disk })).outcome)
  return { images: domainImages(data, 'sketch', 'evaluation'), pixels: decoded.images }
}

/** What both runtimes' sessions have in common. */
type Classify = (pixels: Float32Array, shape: readonly number[]) => Promise<Readonly<Record<string, unknown>>>

const numbersOf = (value: unknown): readonly number[] =>
  typeof value === 'object' && value !== null && 'data' in value && value.data instanceof Float32Array
    ? [...value.data]
    : []

/** Rows of an output, image by image. */
const rowsOf = async (
  classify: Classify,
  output: string,
  { shape: [count = 0, ...image], data }: DecodedImages['images'],
): Promise<readonly (readonly number[])[]> => {
  const size = data.length / count
  const rows: (readonly number[])[] = []
  for (let i = 0; i < count; i += 1) {
    const pixels = Float32Array.from(data.subarray(i * size, (i + 1) * size))
    rows.push(numbersOf((await classify(pixels, [1, ...image]))[output]))
  }
  return rows
}

const inNode = async (model: Uint8Array | string): Promise<Classify> => {
  const session = await (typeof model === 'string'
    ? nodeRuntime.InferenceSession.create(model)
    : nodeRuntime.InferenceSession.create(model))
  return (pixels, shape) => session.run({ images: new nodeRuntime.Tensor('float32', pixels, shape) })
}

const close = (rows: readonly (readonly number[])[]) =>
  rows.map((row) => row.map((value): unknown => expect.closeTo(value, 4)))

const folder = await mkdtemp(join(tmpdir(), 'exported-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('an export of a run of a method that classifies all images of a target at once', () => {
  it('is refused by the name of the method', async () => {
    const { disk } = await trained('alignment')
    const { outcome } = await attempt(exportRun('run', { tokenizer, out: 'model.onnx', overwrite: true }), {
      engine,
      disk,
    })
    expect(explain(expectLeft(outcome))).toBe(
      'method: Aligned CLIP classifies all images of a target at once, and has no classifier of one image\n  → take a method that classifies image by image: ad-clip, coop, cocoop, dapl, zero-shot, linear-probe, dann, mmd, coral, shot-im, unimos, damp, pda',
    )
  })
})

describe.each(['ad-clip', 'coop', 'cocoop', 'dapl', 'zero-shot', 'dann', 'shot-im'] as const)(
  'an exported run of %s',
  (method) => {
    it('predicts in ONNX Runtime what the evaluation found, image by image', async () => {
      const { disk, evaluation } = await trained(method)
      const classify = await inNode(await exported(disk))
      const { images, pixels } = await targetImages(disk)
      const rows = await rowsOf(classify, 'logits', pixels)
      const guesses = rows.map((row) => argMaxRows(row, classes.length)[0] ?? -1)
      const labels = images.map(({ label }) => label)
      expect(accuracy(guesses, labels, classes)).toEqual(evaluation.adapted)
    })
  },
)

describe('an exported model', () => {
  let disk: MemoryDisk
  let model: Uint8Array
  let pixels: DecodedImages['images']
  let probabilities: readonly (readonly number[])[]

  beforeAll(async () => {
    ;({ disk } = await trained('ad-clip'))
    model = await exported(disk)
    ;({ pixels } = await targetImages(disk))
    probabilities = await rowsOf(await inNode(model), 'probabilities', pixels)
  })

  it('takes images and gives logits and probabilities, under these names and in these sizes', async () => {
    const session = await nodeRuntime.InferenceSession.create(model)
    expect(session.inputMetadata).toMatchObject([
      { name: 'images', type: 'float32', shape: ['B', 3, 16, 16] },
    ])
    expect(session.outputNames).toEqual(['logits', 'probabilities'])
    for (const row of probabilities) {
      expect(row).toHaveLength(classes.length)
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    }
  })

  it.each([1, 5, 64])('is the same in batches of %i, without a model of its own for each', async (size) => {
    const session = await nodeRuntime.InferenceSession.create(model)
    const image = pixels.data.length / 12
    const some = Float32Array.from(
      { length: size * image },
      (_, i) => pixels.data[i % pixels.data.length] ?? 0,
    )
    const outputs = await session.run({ images: new nodeRuntime.Tensor('float32', some, [size, 3, 16, 16]) })
    const wanted = Array.from({ length: size }, (_, i) => probabilities[i % 12] ?? [])
    expect([...numbersOf(outputs['probabilities'])]).toEqual(close(wanted).flat())
  })

  it('is the same in batches of a fixed size', async () => {
    const session = await nodeRuntime.InferenceSession.create(await exported(disk, 12))
    expect(session.inputMetadata).toMatchObject([{ shape: [12, 3, 16, 16] }])
    const all = Float32Array.from(pixels.data)
    const outputs = await session.run({ images: new nodeRuntime.Tensor('float32', all, [12, 3, 16, 16]) })
    expect([...numbersOf(outputs['probabilities'])]).toEqual(close(probabilities).flat())
  })

  it('is the same with its weights in a second file', async () => {
    const out = 'parts.onnx'
    const procedure = exportRun('run', { tokenizer, out, limit: 1000 })
    const written = expectRight((await attempt(procedure, { engine, disk })).outcome)
    expect(written.map(({ path }) => path)).toEqual(['parts.onnx', 'parts.json', 'parts.onnx.data'])
    for (const { path, bytes } of written) {
      const content = disk.files.get(path) ?? new Uint8Array()
      expect(content.byteLength).toBe(bytes)
      await writeFile(join(folder, path), content)
    }
    expect(written[0]?.bytes).toBeLessThan(model.byteLength / 2)
    const classify = await inNode(join(folder, out))
    expect(await rowsOf(classify, 'probabilities', pixels)).toEqual(close(probabilities))
  })

  it('is the same in a browser’s ONNX Runtime, which is WebAssembly', async () => {
    webRuntime.env.wasm.numThreads = 1
    const session = await webRuntime.InferenceSession.create(model)
    const classify: Classify = (image, shape) =>
      session.run({ images: new webRuntime.Tensor('float32', image, shape) })
    expect(await rowsOf(classify, 'probabilities', pixels)).toEqual(close(probabilities))
  })

  it.skipIf(!pythonHasOnnxRuntime())(
    'is the same in Python’s ONNX Runtime, which reads its metadata (skipped where Python has none)',
    async () => {
      const [path, images] = [join(folder, 'model.onnx'), join(folder, 'images.f32')]
      await writeFile(path, model)
      await writeFile(images, Float32Array.from(pixels.data))
      const answer = runInPython(path, images, pixels.shape)
      expect(answer).toEqual({ metadata: expect.anything(), probabilities: close(probabilities) })
      expect(answer).toMatchObject({
        metadata: {
          classes: JSON.stringify(classes),
          method: 'ad-clip',
          preset: 'reference',
          source: 'photo',
          target: 'sketch',
          seed: '1',
          producer: 'tensile test',
        },
      })
    },
  )

  it('has the preparation of images in its metadata', () => {
    const content = new TextDecoder().decode(model)
    expect(content).toContain('"resize":{"shorterSide":16,"interpolation":"bicubic","antialias":true}')
    expect(content).toContain('"mean":[0.48145466,0.4578275,0.40821073]')
  })
})
