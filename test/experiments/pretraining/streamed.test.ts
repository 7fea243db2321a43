import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/effects/explain.js'
import type { PretrainConfiguration } from '../../../src/experiments/pretraining/configuration.js'
import { pretrainClip } from '../../../src/experiments/pretraining/pretrain.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import type { RunStart } from '../../../src/training/index.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import type { Mishap } from '../../support/mishaps.js'
import { attempt, contents } from '../../support/mishaps.js'
import { bytesTokenizer, diskWith } from '../../support/small-ad-clip.js'
import { smallPretraining } from '../../support/small-pretraining.js'

const engine = onnxEngine({ threads: 1 })
/** 72 images: the first chunk of 64, and another one. */
const images = { ...(await drawnData(12)), 'photo/dog/broken.png': Uint8Array.of(1) }

const configuration: PretrainConfiguration = { ...smallPretraining, epochs: 2, batch: 16 }
const imageBytes = 4 * 3 * configuration.resolution ** 2

const pretrain = (memory: number | undefined, start: RunStart = 'new') =>
  pretrainClip(memory === undefined ? configuration : { ...configuration, memory }, {
    ...{ directory: 'run', tokenizer: bytesTokenizer, start },
  })

const run = async (memory: number | undefined, mishap?: Mishap) => {
  const disk = diskWith(images)
  const first = await attempt(pretrain(memory), { engine, disk, ...(mishap && { mishap }) })
  const { outcome } = mishap ? await attempt(pretrain(memory, 'resume'), { engine, disk }) : first
  expectRight(outcome)
  const { 'run/run.json': _, ...files } = contents(disk)
  return { files, requests: first.requests, instructions: first.instructions }
}

const decoded = ({ requests }: Awaited<ReturnType<typeof run>>): number =>
  requests
    .flatMap((request) => (request.name === 'openImages' ? [request.payload.chunks.flat().length] : []))
    .reduce((sum, count) => sum + count, 0)

describe('pretraining within a limit on memory', async () => {
  const least = expectLeft((await attempt(pretrain(1), { engine, disk: diskWith(images) })).outcome)
  const needed = least.tag === 'MemoryTooSmall' ? Math.ceil(least.needed) : Number.NaN
  const whole = await run(undefined)

  it('says what a step needs where that is more', () => {
    expect(explain(least)).toMatch(
      /^memory: a pretraining step, which takes its \d+ images at once, needs about [\d.]+ GiB, and 0\.00 GiB are allowed/,
    )
  })

  it('decodes images once where they fit, and again for each step where they do not, with the same result, bit for bit', async () => {
    expect(decoded(whole)).toBe(73)
    const none = await run(needed)
    expect(decoded(none)).toBe(73 + 2 * 4 * 16)
    expect(none.files).toEqual(whole.files)
    const some = await run(needed + 65 * imageBytes)
    expect(decoded(some)).toBeLessThan(73 + 2 * 4 * 16)
    expect(decoded(some)).toBeGreaterThan(73)
    expect(some.files).toEqual(whole.files)
  })

  it('ends in the same files if it is killed in an epoch and resumed', async () => {
    const { instructions } = await run(needed)
    const at = instructions.lastIndexOf('nextImages') - 8
    expect((await run(needed, { at, tag: 'Crash' })).files).toEqual(whole.files)
  })
})
