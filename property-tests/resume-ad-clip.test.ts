/** A whole AD-CLIP run, from images to the learned prompts, that dies anywhere and goes on. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import type { Augmentation, PresetName } from '../src/methods/index.js'
import { expectRight } from '../test/expect-either.js'
import { drawnData } from '../test/support/drawn-data.js'
import { attempt, contents } from '../test/support/mishaps.js'
import { diskWith, smallAdClip, smallConfiguration } from '../test/support/small-ad-clip.js'

const engine = onnxEngine()
const images = await drawnData(3)

const common = [
  'checkpoint.safetensors',
  'inputs.json',
  'metrics.jsonl',
  'prompt_learner.safetensors',
  'run.json',
]

describe.each<{
  readonly preset: PresetName
  readonly augmentation: Augmentation
  readonly files: readonly string[]
}>([
  { preset: 'reference', augmentation: 'none', files: common },
  { preset: 'reference', augmentation: 'fresh', files: common },
  {
    preset: 'robust',
    augmentation: { views: 2 },
    files: ['best.safetensors', ...common, 'validation.jsonl'],
  },
])('adapting a CLIP, preset $preset, augmentation $augmentation', ({ preset, augmentation, files }) => {
  const { settings } = smallConfiguration('ad-clip', preset)
  const run = (resume: boolean) =>
    smallAdClip(resume, { preset, settings, augmentation, templates: ['a {}.'] })

  it('ends in the same files, bit for bit, if it is killed, torn or stopped at any instructions and resumed', async () => {
    const disk = diskWith(images)
    const { outcome, instructions } = await attempt(run(false), { engine, disk })
    expectRight(outcome)
    const expected = contents(disk)
    expect(
      Object.keys(expected)
        .filter((path) => path.startsWith('run/'))
        .toSorted(),
    ).toEqual(files.map((file) => `run/${file}`))
    const mishap = fc.record({
      at: fc.nat(instructions.length - 1),
      tag: fc.constantFrom<'Crash' | 'Tear' | 'Stop'>('Crash', 'Tear', 'Stop'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(mishap, { minLength: 1, maxLength: 2 }), async (mishaps) => {
        const survivor = diskWith(images)
        for (const each of mishaps) await attempt(run(true), { engine, disk: survivor, mishap: each })
        expectRight((await attempt(run(true), { engine, disk: survivor })).outcome)
        expect(contents(survivor)).toEqual(expected)
      }),
      { numRuns: 4 },
    )
  })
})
