import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engines/engine.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import type { MemoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
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

/** Trains from the beginning, with features kept in `kept`; how many batches were encoded for it. */
const train = async (disk: MemoryDisk): Promise<number> => {
  const { engine, batches } = countingEngine()
  expectRight(
    (await attempt(smallAdClip(false, {}, { features: 'kept', start: 'overwrite' }), { engine, disk }))
      .outcome,
  )
  return batches()
}

const keptFiles = (disk: MemoryDisk): readonly string[] =>
  [...disk.files.keys()].filter((path) => path.startsWith('kept/'))

describe('kept image features', () => {
  it('change nothing of what a run ends in, and spare the next run the encoder', async () => {
    const without = diskWith(images)
    expectRight((await attempt(smallAdClip(false), { engine: onnxEngine(), disk: without })).outcome)
    const disk = diskWith(images)
    expect(await train(disk)).toBeGreaterThan(0)
    expect(contents(disk)[weights]).toEqual(contents(without)[weights])
    expect(keptFiles(disk)).toHaveLength(2 * Object.keys(images).length)
    expect(await train(disk)).toBe(0)
    expect(contents(disk)[weights]).toEqual(contents(without)[weights])
  })

  it('are those of the content: an image under another name is known, a changed one is not', async () => {
    const disk = diskWith(images)
    await train(disk)
    const [one = '', other = ''] = [...disk.files.keys()].filter((path) => path.startsWith('data/photo/'))
    const [first, second] = [disk.files.get(one), disk.files.get(other)]
    if (first === undefined || second === undefined) return expect.fail('the data has two photos')
    disk.files.set(one, second)
    disk.files.set(other, first)
    expect(await train(disk)).toBe(0)
    const before = keptFiles(disk).length
    disk.files.set(one, Uint8Array.from([...first, 0]))
    expect(await train(disk)).toBe(2)
    expect(keptFiles(disk)).toHaveLength(before + 2)
  })

  it('that are broken are computed again', async () => {
    const disk = diskWith(images)
    await train(disk)
    const before = contents(disk)
    const [path = ''] = keptFiles(disk)
    disk.files.set(path, new Uint8Array(5))
    expect(await train(disk)).toBe(2)
    expect(contents(disk)).toEqual(before)
  })
})
