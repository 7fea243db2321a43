import { describe, expect, it } from 'vitest'
import { evaluateAdaptation } from '../../src/experiments/evaluation/evaluate-run.js'
import { readPredictions } from '../../src/experiments/evaluation/classified-images.js'
import type * as Effect from '../../src/effects/effect.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { explain } from '../../src/effects/explain.js'
import { interpret } from '../../src/effects/interpreter.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { writeReport } from '../../src/report/write-report.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { drawnData } from '../support/drawn-data.js'
import { attempt } from '../support/mishaps.js'
import { bytesTokenizer, diskWith, smallAdClip } from '../support/small-ad-clip.js'

const engine = onnxEngine({ threads: 1 })
const tokenizer = bytesTokenizer
const images = await drawnData(4)

const run = async <A>(effect: Effect.Effect<A>, disk: MemoryDisk) =>
  (await attempt(effect, { engine, disk })).outcome

const trained = async (): Promise<MemoryDisk> => {
  const disk = diskWith(images)
  expectRight(await run(smallAdClip(false), disk))
  return disk
}
const evaluated = async (): Promise<MemoryDisk> => {
  const disk = await trained()
  expectRight(await run(evaluateAdaptation('run', tokenizer), disk))
  return disk
}

const pageOn = (disk: MemoryDisk): string => new TextDecoder().decode(disk.files.get('run/report.html'))

describe('the report of a run', () => {
  it('shows its accuracy, its curves, its images and its configuration', async () => {
    const disk = await evaluated()
    const evaluation = expectRight(await run(evaluateAdaptation('run', tokenizer), disk))
    expect(expectRight(await run(writeReport('run', tokenizer), disk))).toBe('run/report.html')
    const page = pageOn(disk)
    const percent = (share: number): string => (100 * share).toFixed(1)
    expect(page).toContain(
      `${percent(evaluation.zeroShot.balanced)} → </span>${percent(evaluation.adapted.balanced)} %`,
    )
    for (const title of ['total loss', 'cross entropy', 'style mapping', 'entropy', 'divergence']) {
      expect(page).toContain(`<h3>${title}</h3>`)
    }
    expect(page.match(/src="data:image\/jpeg;base64,/g)?.length).toBeGreaterThanOrEqual(8)
    expect(page).toContain('<dt>learning rate</dt><dd>0.01</dd>')
    expect(page).toContain('learnable parameters')
  })

  it('is the same when it is written again', async () => {
    const disk = await evaluated()
    expectRight(await run(writeReport('run', tokenizer), disk))
    const first = pageOn(disk)
    expectRight(await run(writeReport('run', tokenizer), disk))
    expect(pageOn(disk)).toBe(first)
  })

  it('leaves out an image that is no longer there, and says so', async () => {
    const disk = await evaluated()
    for (const path of disk.files.keys()) if (path.startsWith('data/sketch/dog')) disk.files.delete(path)
    const world = memoryWorld({ engine, disk })
    expectRight(await interpret(writeReport('run', tokenizer))(world.runtime)())
    expect(
      world.printed.filter((line) => line.startsWith('not in the report: data/sketch/dog')),
    ).toHaveLength(4)
    expect(pageOn(disk)).toContain('alt="house: ')
    expect(pageOn(disk)).not.toContain('alt="dog: ')
  })

  it('of a run that was not evaluated is refused, in plain words', async () => {
    const outcome = await run(writeReport('run', tokenizer), await trained())
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "run: the run has not been evaluated
        → evaluate it first"
    `)
  })
})

describe('the predictions of a run', () => {
  it('are those of all images of the target and of some of the source, with their labels', async () => {
    const disk = await evaluated()
    const { source, target } = expectRight(await run(readPredictions('run'), disk))
    expect(target.paths).toHaveLength(12)
    expect(target.labels).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    expect(target.adapted.shape).toEqual([12, 3])
    expect(source.zeroShot.shape).toEqual([12, 3])
    expect(source.paths[0]).toBe('photo/dog/dog-0.png')
  })

  it('are a broken file if they hold other tensors', async () => {
    const disk = await evaluated()
    const checkpoint = disk.files.get('run/prompt_learner.safetensors') ?? new Uint8Array()
    disk.files.set('run/predictions.safetensors', checkpoint)
    const outcome = await run(readPredictions('run'), disk)
    expect(expectLeft(outcome)).toMatchObject({ tag: 'FileBroken', format: 'predictions' })
  })
})
