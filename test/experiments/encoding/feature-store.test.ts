import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import * as Effect from '../../../src/effects/effect.js'
import type { Failure } from '../../../src/effects/failure.js'
import type { ImageView } from '../../../src/effects/image-view.js'
import { dirname } from '../../../src/effects/paths.js'
import { featureStore } from '../../../src/experiments/encoding/feature-store.js'
import { digestOf } from '../../../src/experiments/inputs/digest-of.js'
import type { TensorFile } from '../../../src/formats/safetensors/encode.js'
import { decodeSafetensors, encodeSafetensors } from '../../../src/formats/safetensors/encode.js'
import { pickRows } from '../../../src/values/rows.js'
import { elementCount, tensorValue } from '../../../src/values/value.js'
import type { Engine } from '../../../src/engines/engine.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import type { MemoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { concatenate } from '../../../src/effects/runtimes/memory-files.js'
import { expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import type { Attempt, Mishap } from '../../support/mishaps.js'
import { attempt, contents } from '../../support/mishaps.js'
import { diskWith, smallAdClip } from '../../support/small-ad-clip.js'

const images = await drawnData(2)
const weights = 'run/prompt_learner.safetensors'

/** The engine, and how many batches of images went through it. */
const countingEngine = (): { readonly engine: Engine; readonly batches: () => number } => {
  const inner = onnxEngine()
  let batches = 0
  return {
    batches: () => batches,
    engine: {
      name: inner.name,
      compile: (program, options) =>
        pipe(
          inner.compile(program, options),
          TE.map((executable) => ({
            ...executable,
            run: (inputs: NamedValues) => {
              batches += 'images' in inputs ? 1 : 0
              return executable.run(inputs)
            },
          })),
        ),
    },
  }
}

/** Trains from the beginning, with features kept in `kept`. */
const trained = (disk: MemoryDisk, engine: Engine, mishap?: Mishap) =>
  attempt(smallAdClip(false, {}, { features: 'kept', start: 'overwrite' }), {
    engine,
    disk,
    ...(mishap === undefined ? {} : { mishap }),
  })

/** The same, which must succeed; how many batches were encoded for it. */
const train = async (disk: MemoryDisk): Promise<number> => {
  const { engine, batches } = countingEngine()
  expectRight((await trained(disk, engine)).outcome)
  return batches()
}

const keptFiles = (disk: MemoryDisk): readonly string[] =>
  [...disk.files.keys()].filter((path) => path.startsWith('kept/')).toSorted()

const fileOf = (disk: MemoryDisk, path: string): TensorFile =>
  expectRight(decodeSafetensors(path, disk.files.get(path) ?? new Uint8Array()))

const write = (disk: MemoryDisk, path: string, { tensors, metadata }: TensorFile): void => {
  disk.files.set(path, concatenate(expectRight(encodeSafetensors(path, tensors, { metadata }))))
}

/** The rows of a pack by key, each as the tables that the encoder gave. */
const rowsOf = (disk: MemoryDisk, path: string): ReadonlyMap<string, NamedValues> => {
  const { tensors, metadata } = fileOf(disk, path)
  const outputs = expectRight(
    t
      .array(t.type({ name: t.string, shape: t.array(t.number) }))
      .decode(JSON.parse(metadata['outputs'] ?? '')),
  )
  const data = [...(tensors['rows']?.data ?? [])]
  const width = outputs.reduce((sum, { shape }) => sum + elementCount(shape), 0)
  return new Map(
    (metadata['keys'] ?? '').split(' ').map((key, row) => {
      const own = data.slice(row * width, (row + 1) * width)
      const parts = outputs.map(({ name, shape }, i) => {
        const start = outputs.slice(0, i).reduce((sum, before) => sum + elementCount(before.shape), 0)
        return [
          name,
          tensorValue('f32', [1, ...shape], own.slice(start, start + elementCount(shape))),
        ] as const
      })
      return [key, Object.fromEntries(parts)]
    }),
  )
}

/** Writes the rows of all packs as versions before packs did: a file for each image and view. */
const asSingleRows = (disk: MemoryDisk): readonly string[] =>
  keptFiles(disk).flatMap((path) => {
    const rows = rowsOf(disk, path)
    disk.files.delete(path)
    return [...rows].map(([key, tensors]) => {
      const single = `${dirname(path)}/${key}.safetensors`
      write(disk, single, { tensors, metadata: {} })
      return single
    })
  })

/** Cuts each pack into packs of one row. */
const asSmallPacks = (disk: MemoryDisk): void => {
  for (const path of keptFiles(disk)) {
    const { tensors, metadata } = fileOf(disk, path)
    disk.files.delete(path)
    const rows = tensors['rows']
    if (rows === undefined) return expect.fail('a pack has rows')
    for (const [row, key] of (metadata['keys'] ?? '').split(' ').entries())
      write(disk, `${dirname(path)}/pack-${digestOf(key).slice(0, 32)}.safetensors`, {
        tensors: { rows: pickRows(rows, [row]) },
        metadata: { ...metadata, keys: key },
      })
  }
}

const afterRun = diskWith(images)
await train(afterRun)
const whole = contents(afterRun)

/** A disk on which a run has ended, with the features of its images. */
const finished = (): MemoryDisk => ({ files: new Map(afterRun.files), folders: new Set(afterRun.folders) })

/** The keys of all rows on a disk. */
const keysOn = (disk: MemoryDisk): readonly string[] =>
  keptFiles(disk)
    .flatMap((path) => [...rowsOf(disk, path).keys()])
    .toSorted()

const printed = ({ requests }: Pick<Attempt<unknown>, 'requests'>): readonly string[] =>
  requests.flatMap((request) => (request.name === 'printLine' ? [request.payload.line] : []))

/** The requests of a run that open files of kept features. */
const openings = ({ requests }: Pick<Attempt<unknown>, 'requests'>): readonly string[] =>
  requests.flatMap((request) =>
    (request.name === 'readFile' || request.name === 'readRange') && request.payload.path.startsWith('kept/')
      ? [request.payload.path]
      : [],
  )

describe('kept image features', () => {
  it('change nothing of what a run ends in, and spare the next run the encoder', async () => {
    const without = diskWith(images)
    expectRight((await attempt(smallAdClip(false), { engine: onnxEngine(), disk: without })).outcome)
    const disk = diskWith(images)
    expect(await train(disk)).toBeGreaterThan(0)
    expect(contents(disk)[weights]).toEqual(contents(without)[weights])
    expect(keysOn(disk)).toHaveLength(2 * Object.keys(images).length)
    const before = contents(disk)
    expect(await train(disk)).toBe(0)
    expect(contents(disk)).toEqual(before)
  })

  it('are those of the content: an image under another name is known, a changed one is not', async () => {
    const disk = finished()
    const [one = '', other = ''] = [...disk.files.keys()].filter((path) => path.startsWith('data/photo/'))
    const [first, second] = [disk.files.get(one), disk.files.get(other)]
    if (first === undefined || second === undefined) return expect.fail('the data has two photos')
    disk.files.set(one, second)
    disk.files.set(other, first)
    expect(await train(disk)).toBe(0)
    const before = keysOn(disk).length
    disk.files.set(one, Uint8Array.from([...first, 0]))
    expect(await train(disk)).toBe(2)
    expect(keysOn(disk)).toHaveLength(before + 2)
    expect(await train(disk)).toBe(0)
  })

  it('lie in one file for each domain, which a later run opens a few times', async () => {
    const disk = finished()
    expect(keptFiles(disk)).toHaveLength(2)
    const run = await trained(disk, onnxEngine())
    expectRight(run.outcome)
    expect(new Set(openings(run)).size).toBe(2)
    // Of both domains each: both headers in two reads each, and the rows of one.
    expect(openings(run)).toHaveLength(2 * (2 * 2 + 1))
    const listings = run.requests.filter(
      (request) => request.name === 'listFolder' && request.payload.path.startsWith('kept/'),
    )
    expect(listings).toHaveLength(2)
  })

  it.each([
    ['cut off', (bytes: Uint8Array) => bytes.slice(0, -1)],
    ['empty', () => new Uint8Array()],
    ['text', () => new TextEncoder().encode('not a pack')],
  ])('that are damaged (%s) are named and computed again', async (_, damage) => {
    const disk = finished()
    const [path = ''] = keptFiles(disk)
    disk.files.set(path, damage(disk.files.get(path) ?? new Uint8Array()))
    const { engine, batches } = countingEngine()
    const run = await trained(disk, engine)
    expectRight(run.outcome)
    expect(
      printed(run).filter((line) => line.startsWith(`encoding again: ${path}: not a valid`)),
    ).toHaveLength(2)
    expect(batches()).toBe(2)
    expect(contents(disk)).toEqual(whole)
  })

  it('of another encoder under the name of a pack are computed again', async () => {
    const disk = finished()
    const [path = ''] = keptFiles(disk)
    const { tensors, metadata } = fileOf(disk, path)
    write(disk, path, { tensors, metadata: { ...metadata, outputs: '[{"name":"feature","shape":[1]}]' } })
    expect(await train(disk)).toBe(2)
    expect(contents(disk)).toEqual(whole)
  })

  it('in small packs are gathered, to the same bytes', async () => {
    const disk = finished()
    asSmallPacks(disk)
    expect(keptFiles(disk)).toHaveLength(2 * Object.keys(images).length)
    expect(await train(disk)).toBe(0)
    expect(contents(disk)).toEqual(whole)
  })

  it('stay in small packs where they cannot be written, as a line says, and the run goes on', async () => {
    const disk = finished()
    asSmallPacks(disk)
    const before = keptFiles(disk)
    const copy = finished()
    asSmallPacks(copy)
    const at = (await trained(copy, onnxEngine())).requests.findIndex(
      (request) => request.name === 'writeFile' && request.payload.path.startsWith('kept/'),
    )
    const failure: Failure = { tag: 'FileRefused', path: 'kept', action: 'write', reason: 'the disk is full' }
    const run = await trained(disk, onnxEngine(), { tag: 'Fail', at, failure })
    expectRight(run.outcome)
    expect(printed(run)).toContainEqual(
      expect.stringMatching(/^features stay in small files: kept: cannot write: the disk is full/),
    )
    expect(keptFiles(disk).filter((path) => before.includes(path)).length).toBeGreaterThan(1)
    expect(contents(disk)[weights]).toEqual(whole[weights])
  })
})

describe('a store of 560 images under 2 views', () => {
  const outputs = ['feature', 'mean.0']
  const store = featureStore('kept/encoder', outputs)
  const views = [false, true].map((flip): ImageView => ({ tag: 'Stretch', flip }))
  const stored = Array.from({ length: 560 }, (_, i) => ({ sha256: digestOf(String(i)), views }))
  /** Row `i` of view `v` holds numbers from `1000 i + 100 v` on. */
  const tables = (first: number, count: number) =>
    views.map((_, v) =>
      Object.fromEntries(
        outputs.map((name, o) => [
          name,
          tensorValue(
            'f32',
            [count, 8],
            Array.from(
              { length: 8 * count },
              (_, at) => 1000 * (first + Math.floor(at / 8)) + 100 * v + 10 * o + (at % 8),
            ),
          ),
        ]),
      ),
    )
  const chunks = Array.from({ length: 18 }, (_, i) => stored.slice(32 * i, 32 * (i + 1)))
  const filled = pipe(
    chunks,
    Effect.traverseArrayWithIndex((i, chunk) => store.keep(chunk, tables(32 * i, chunk.length))),
    Effect.apSecond(store.gather(stored, tables(0, 560))),
  )
  const disk = diskWith({})
  const engine = onnxEngine()

  it('is one file, which is opened three times, and gives its rows in the order asked for', async () => {
    expectRight((await attempt(filled, { engine, disk })).outcome)
    expect(keptFiles(disk)).toHaveLength(1)
    const all = await attempt(store.find(stored), { engine, disk })
    expect(expectRight(all.outcome)).toMatchObject({ damaged: [], scattered: false, views: tables(0, 560) })
    expect(openings(all)).toHaveLength(3)
    const reversed = expectRight((await attempt(store.find(stored.toReversed()), { engine, disk })).outcome)
    expect(reversed.views[1]?.['feature']?.data.slice(0, 8)).toEqual(tables(559, 1)[1]?.['feature']?.data)
  })

  it('is read where its wanted rows are, and not as a whole', async () => {
    const wanted = stored.slice(100, 110).map(({ sha256 }) => ({ sha256, views: views.slice(1) }))
    const part = await attempt(store.find(wanted), { engine, disk })
    expect(expectRight(part.outcome).views).toEqual(tables(100, 10).slice(1))
    const bytes = part.requests.flatMap((request) =>
      request.name === 'readRange' && request.payload.offset > 8 ? [request.payload.length] : [],
    )
    expect(bytes).toEqual([10 * 2 * 8 * Float32Array.BYTES_PER_ELEMENT])
  })

  it('does not find an image that it lacks, nor one of which it lacks a view', async () => {
    const other = { sha256: digestOf('other'), views }
    const view: ImageView = { tag: 'Fit', flip: false }
    const lacking = { sha256: stored[0]?.sha256 ?? '', views: [view, ...views.slice(1)] }
    const found = await attempt(store.find([other, ...stored.slice(1, 2), lacking]), { engine, disk })
    expect(expectRight(found.outcome)).toMatchObject({ positions: [1], views: tables(1, 1) })
  })
})

describe('image features that earlier versions kept in a file each', () => {
  it('are moved into packs once, said in a line, and not computed again', async () => {
    const disk = finished()
    const singles = asSingleRows(disk)
    expect(singles).toHaveLength(2 * Object.keys(images).length)
    const { engine, batches } = countingEngine()
    const run = await trained(disk, engine)
    expectRight(run.outcome)
    expect(batches()).toBe(0)
    expect(printed(run).filter((line) => line.includes('lie in a file each'))).toEqual([
      expect.stringMatching(
        /^kept\/[\da-f]{64}: features of 12 images and views lie in a file each: they are moved/,
      ),
      expect.stringMatching(
        /^kept\/[\da-f]{64}: features of 12 images and views lie in a file each: they are moved/,
      ),
    ])
    expect(contents(disk)).toEqual(whole)
  })

  it('are computed again where their files are damaged, and only those', async () => {
    const disk = finished()
    const [broken = ''] = asSingleRows(disk)
    disk.files.set(broken, new Uint8Array(5))
    expect(await train(disk)).toBe(2)
    expect(contents(disk)).toEqual(whole)
  })
})

describe('image features after a kill', () => {
  const withoutPacks = (disk: MemoryDisk): void => {
    for (const path of keptFiles(disk)) disk.files.delete(path)
  }
  it.each([
    ['while they are computed', withoutPacks],
    ['while small packs are gathered', asSmallPacks],
    ['while files of one row are moved into packs', asSingleRows],
  ])('%s are all there after the next run', async (_, prepare) => {
    const start = (): MemoryDisk => {
      const disk = finished()
      prepare(disk)
      return disk
    }
    const first = await trained(start(), onnxEngine())
    const changes = first.requests.flatMap((request, at) =>
      (request.name === 'writeFile' || request.name === 'remove') && request.payload.path.startsWith('kept/')
        ? [at]
        : [],
    )
    expect(changes.length).toBeGreaterThan(1)
    for (const share of [0, 0.4, 1]) {
      const at = changes[Math.floor(share * (changes.length - 1))] ?? 0
      const disk = start()
      await trained(disk, onnxEngine(), { tag: 'Crash', at })
      await train(disk)
      expect(contents(disk)).toEqual(whole)
    }
  })
})
