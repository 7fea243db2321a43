/** From training to the report in one procedure: what is read, hashed, decoded and encoded, and how often. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as Effect from '../../src/effects/effect.js'
import type { Request } from '../../src/effects/instruction.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { evaluateRun, readTrainedRun } from '../../src/experiments/evaluation/evaluate-run.js'
import { adaptationConfiguration } from '../../src/experiments/adaptation/configuration.js'
import type { RunOptions } from '../../src/experiments/adaptation/train.js'
import { readClip } from '../../src/formats/checkpoints/clip-checkpoint.js'
import { reportRun, writeReport } from '../../src/report/write-report.js'
import { expectRight } from '../expect-either.js'
import { drawnData } from '../support/drawn-data.js'
import { attempt, contents } from '../support/mishaps.js'
import {
  bytesTokenizer,
  configuration,
  diskWith,
  trainedAdClip,
  trainedRun,
} from '../support/small-ad-clip.js'

const engine = onnxEngine({ threads: 1 })
const images = await drawnData(4)
const imagePaths = Object.keys(images).map((path) => `data/${path}`)

const run = (options: Partial<RunOptions>): Effect.Effect<unknown> =>
  pipe(
    trainedAdClip(false, {}, options),
    Effect.flatMap(evaluateRun),
    Effect.flatMap((evaluated) => reportRun(evaluated, bytesTokenizer)),
  )

/** How often each of these comes. */
const counted = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((other) => other === name).length]),
  )

const onceEach = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(names.map((name) => [name, 1]))

/** A name for each time that a file is decoded: views of one file in one chunk are one time. */
const decodings = (requests: readonly Request[]): readonly string[] =>
  requests
    .flatMap((request) =>
      request.name === 'openImages'
        ? request.payload.chunks
        : request.name === 'decodeImages'
          ? [request.payload.requests]
          : [],
    )
    .flatMap((chunk) => [...new Set(chunk.map(({ path }) => path))])

/** A name for each view that is decoded. */
const views = (requests: readonly Request[]): readonly string[] =>
  requests.flatMap((request) =>
    request.name === 'openImages'
      ? request.payload.chunks.flat().map(({ path, view }) => `${path} ${JSON.stringify(view)}`)
      : [],
  )

/** The images whose whole content was read by an instruction of its own, to be hashed. */
const hashings = (requests: readonly Request[]): readonly string[] =>
  requests.flatMap((request) =>
    (request.name === 'hashFile' || request.name === 'readFile') && imagePaths.includes(request.payload.path)
      ? [request.payload.path]
      : [],
  )

/** The parts of CLIP's file that were read. */
const clipReads = (requests: readonly Request[]): readonly string[] =>
  requests.flatMap((request) =>
    request.name === 'readRange' && request.payload.path === 'clip.safetensors'
      ? [`${request.payload.offset} ${request.payload.length}`]
      : [],
  )

const encoderRuns = (requests: readonly Request[]): number =>
  requests.filter((request) => request.name === 'run' && 'images' in request.payload.inputs).length

describe.each([
  {
    what: 'without a folder for features',
    options: {},
    hashed: imagePaths.filter((p) => p.includes('sketch')),
  },
  { what: 'with a folder for features', options: { features: 'kept' }, hashed: imagePaths },
])('training, evaluation and report in one procedure, $what', async ({ options, hashed }) => {
  const { outcome, requests } = await attempt(run(options), { engine, disk: diskWith(images) })

  it('end well', () => {
    expectRight(outcome)
  })

  it('decode each image once, and each of its views once', () => {
    expect(counted(decodings(requests))).toEqual(onceEach(imagePaths))
    expect(new Set(Object.values(counted(views(requests))))).toEqual(new Set([1]))
    expect(views(requests)).toHaveLength(2 * imagePaths.length)
  })

  it('hash the content of each image at most once: of all with the folder, of the target without', () => {
    expect(counted(hashings(requests))).toEqual(onceEach(hashed))
  })

  it('read CLIP once', async () => {
    const alone = await attempt(readClip('clip.safetensors'), { engine, disk: diskWith(images) })
    expect(clipReads(alone.requests).length).toBeGreaterThan(10)
    expect(clipReads(requests)).toEqual(clipReads(alone.requests))
  })

  it('run the image encoder once for each view of a chunk of each domain', () => {
    expect(encoderRuns(requests)).toBe(2 * 2)
  })
})

describe('the report of a run in memory', () => {
  it('is the report that is written when the run is read back', async () => {
    const disk = diskWith(images)
    const unset = expectRight(
      adaptationConfiguration.decode({ ...configuration, layout: undefined, memory: undefined }),
    )
    const trained = pipe(
      trainedRun(unset, false),
      Effect.flatMap(evaluateRun),
      Effect.flatMap((evaluated) => reportRun(evaluated, bytesTokenizer)),
    )
    expectRight((await attempt(trained, { engine, disk })).outcome)
    const inMemory = contents(disk)
    expectRight((await attempt(writeReport('run', bytesTokenizer), { engine, disk })).outcome)
    expect(contents(disk)).toEqual(inMemory)
  })
})

describe('a run that is read back and evaluated with the features of its training', () => {
  it('decodes nothing, reads CLIP once, and leaves the files as they are', async () => {
    const disk = diskWith(images)
    expectRight((await attempt(run({ features: 'kept' }), { engine, disk })).outcome)
    const before = contents(disk)
    const evaluation = pipe(
      readTrainedRun('run', bytesTokenizer, { features: 'kept' }),
      Effect.flatMap(evaluateRun),
      Effect.flatMap((evaluated) => reportRun(evaluated, bytesTokenizer)),
    )
    const { outcome, requests } = await attempt(evaluation, { engine, disk })
    expectRight(outcome)
    expect(decodings(requests)).toEqual([])
    expect(encoderRuns(requests)).toBe(0)
    expect(new Set(clipReads(requests)).size).toBe(clipReads(requests).length)
    expect(contents(disk)).toEqual(before)
  })
})

describe('a run whose features are kept', () => {
  it('decodes and encodes nothing the second time, and hashes each image once', async () => {
    const disk = diskWith(images)
    expectRight((await attempt(run({ features: 'kept' }), { engine, disk })).outcome)
    const before = contents(disk)
    const again = await attempt(run({ features: 'kept', start: 'overwrite' }), { engine, disk })
    expectRight(again.outcome)
    expect(decodings(again.requests)).toEqual([])
    expect(encoderRuns(again.requests)).toBe(0)
    expect(counted(hashings(again.requests))).toEqual(onceEach(imagePaths))
    expect(contents(disk)).toEqual(before)
  })

  it('leaves the weights, accuracies, predictions and report of a run whose features are not', async () => {
    const [kept, fresh] = [diskWith(images), diskWith(images)]
    expectRight((await attempt(run({ features: 'kept' }), { engine, disk: kept })).outcome)
    expectRight((await attempt(run({}), { engine, disk: fresh })).outcome)
    const ofRun = (disk: typeof kept) =>
      Object.entries(contents(disk)).filter(([path]) => path.startsWith('run/'))
    expect(ofRun(kept)).toEqual(ofRun(fresh))
    expect(ofRun(kept).map(([path]) => path)).toContain('run/report.html')
  })
})
