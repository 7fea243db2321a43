import { describe, expect, it } from 'vitest'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { explain } from '../../src/effects/explain.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { pretrainClip } from '../../src/experiments/pretraining/pretrain.js'
import { evaluateAdaptation } from '../../src/experiments/evaluation/evaluate-run.js'
import type { RunStart } from '../../src/training/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { drawnData } from '../support/drawn-data.js'
import type { Mishap } from '../support/mishaps.js'
import { attempt, contents } from '../support/mishaps.js'
import type { configuration } from '../support/small-ad-clip.js'
import { bytesTokenizer, diskWith, smallAdClip } from '../support/small-ad-clip.js'
import { smallPretraining } from '../support/small-pretraining.js'

const engine = onnxEngine({ threads: 1 })
const images = await drawnData(2)

const adapt = (start: RunStart, changes: Partial<typeof configuration> = {}) =>
  smallAdClip(false, changes, { start })
const pretrain = (start: RunStart) =>
  pretrainClip(smallPretraining, { directory: 'run', tokenizer: bytesTokenizer, start })

const emptyDisk = () => diskWith(images)
const on = (disk: MemoryDisk, effect: ReturnType<typeof adapt>, mishap?: Mishap) =>
  attempt(effect, { engine, disk, ...(mishap === undefined ? {} : { mishap }) })

/** A copy of a disk: nothing that is done to it changes the first. */
const copied = ({ files, folders }: MemoryDisk): MemoryDisk => ({
  files: new Map(files),
  folders: new Set(folders),
})

const finished = emptyDisk()
const { instructions } = await on(finished, adapt('new'))
const lastStep = instructions.lastIndexOf('appendLine')

const unfinished = emptyDisk()
await on(unfinished, adapt('new'), { at: lastStep, tag: 'Crash' })

const pretrained = emptyDisk()
await on(pretrained, pretrain('new'))

const withFile = (path: string): MemoryDisk => {
  const disk = emptyDisk()
  disk.folders.add('run')
  disk.files.set(path, Uint8Array.of(1))
  return disk
}

/** What is said, when nothing may change. */
const refusal = async (before: MemoryDisk, effect: ReturnType<typeof adapt>): Promise<string> => {
  const disk = copied(before)
  const { outcome } = await on(disk, effect)
  expect(contents(disk)).toEqual(contents(before))
  expect([...disk.folders]).toEqual([...before.folders])
  return explain(expectLeft(outcome))
}

describe('a run that begins', () => {
  it.each([
    {
      place: 'with an unfinished run',
      disk: unfinished,
      found: 'it holds an unfinished adaptation run',
      ways: '; or resume the run that is there; or overwrite what is there, which removes it',
    },
    {
      place: 'with a finished run',
      disk: finished,
      found: 'it holds a finished adaptation run',
      ways: '; or resume the run that is there; or overwrite what is there, which removes it',
    },
    { place: 'with a pretraining', disk: pretrained, found: 'it holds a pretraining run', ways: '' },
    {
      place: 'with an exported model',
      disk: withFile('run/classifier.onnx'),
      found: 'it holds: classifier.onnx',
      ways: '',
    },
    { place: 'that is a file', disk: withFile('run-file'), found: 'it is a file', ways: '', at: 'run-file' },
  ])(
    'is refused in a directory $place, and leaves it as it is',
    async ({ disk, found, ways, at = 'run' }) => {
      const begun = smallAdClip(false, {}, { start: 'new', directory: at })
      expect(await refusal(disk, begun)).toBe(`${at}: ${found}\n  → choose another folder${ways}`)
    },
  )

  it('is refused before anything is read', async () => {
    const { instructions: done } = await on(copied(finished), adapt('new'))
    expect(new Set(done)).toEqual(new Set(['pathStatus', 'listFolder', 'readFile']))
    expect(done.filter((name) => name === 'readFile')).toHaveLength(1)
  })

  it('pretraining is refused in the directory of an adaptation, whatever it is told to do there', async () => {
    for (const start of ['new', 'resumeOrNew', 'overwrite'] as const)
      expect(await refusal(finished, pretrain(start))).toBe(
        'run: it holds an adaptation run\n  → choose another folder',
      )
    expect(await refusal(finished, pretrain('resume'))).toBe(
      'run: there is no pretraining run in it: it holds an adaptation run\n  → check the path, or begin a run in an empty directory',
    )
  })

  it('begins next to logs, hidden files and locks', async () => {
    const disk = emptyDisk()
    disk.folders.add('run')
    for (const name of ['slurm-1.out', 'train.log', '.DS_Store', 'run.lock'])
      disk.files.set(`run/${name}`, Uint8Array.of(1))
    expectRight((await on(disk, adapt('new'))).outcome)
  })
})

describe('a run that is resumed', () => {
  it.each([
    { place: 'that does not exist', disk: emptyDisk(), found: 'there is no such folder' },
    { place: 'with a pretraining', disk: pretrained, found: 'it holds a pretraining run' },
    { place: 'with other files', disk: withFile('run/a.png'), found: 'it holds: a.png' },
  ])('is refused in a directory $place, and nothing is made there', async ({ disk, found }) => {
    expect(await refusal(disk, adapt('resume'))).toBe(
      `run: there is no adaptation run in it: ${found}\n  → check the path, or begin a run in an empty directory`,
    )
  })

  it('ends in the same files whether it must be there, or only may be', async () => {
    for (const start of ['resume', 'resumeOrNew'] as const) {
      const disk = copied(unfinished)
      expectRight((await on(disk, adapt(start))).outcome)
      expect(contents(disk)).toEqual(contents(finished))
    }
  })
})

describe('a run that overwrites another one', () => {
  it.each(['before its own configuration is there', 'while the old files are removed'])(
    'leaves no run that could be taken for either, if it dies %s, and overwrites again',
    async (when) => {
      const whole = emptyDisk()
      expectRight((await on(whole, adapt('new', { seed: 2 }))).outcome)
      const { instructions: done } = await on(copied(finished), adapt('overwrite', { seed: 2 }))
      const [first, last] = [done.indexOf('remove'), done.indexOf('writeFile')]
      const disk = copied(finished)
      await on(disk, adapt('overwrite', { seed: 2 }), {
        at: when.startsWith('before') ? last : first + 2,
        tag: 'Crash',
      })
      expect(disk.files.has('run/run.json')).toBe(false)
      expectRight((await on(disk, adapt('overwrite', { seed: 2 }))).outcome)
      expect(contents(disk)).toEqual(contents(whole))
    },
  )
})

describe('the evaluation of a directory', () => {
  const evaluation = async (before: MemoryDisk): Promise<string> => {
    const { outcome } = await attempt<unknown>(evaluateAdaptation('run', bytesTokenizer), {
      engine,
      disk: copied(before),
    })
    return explain(expectLeft(outcome))
  }

  it('says of a pretraining, of other files and of an empty place what it is', async () => {
    expect(await evaluation(pretrained)).toBe(
      'run: there is no adaptation run in it: it holds a pretraining run\n  → check the path',
    )
    expect(await evaluation(withFile('run/a.png'))).toContain(
      'there is no adaptation run in it: it holds: a.png',
    )
    expect(await evaluation(emptyDisk())).toContain('there is no such folder')
  })

  it('says of an unfinished run that it is one', async () => {
    expect(await evaluation(unfinished)).toBe('run: the run in it is unfinished\n  → resume it first')
  })
})
