/** Evaluating a run: what it needs of what it was trained on, and what it says where that is gone. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { evaluateRunOn } from '../../../src/experiments/evaluation/evaluate-run-on.js'
import { evaluateAdaptation } from '../../../src/experiments/evaluation/evaluate-run.js'
import { readPredictions } from '../../../src/experiments/evaluation/classified-images.js'
import * as Effect from '../../../src/effects/effect.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { explain } from '../../../src/effects/explain.js'
import type { MemoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors/file.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import { attempt } from '../../support/mishaps.js'
import { publishedTrees } from '../../support/published-trees.js'
import {
  bytesTokenizer,
  diskWith,
  smallAdClip,
  smallConfiguration,
  smallRun,
} from '../../support/small-ad-clip.js'

const engine = onnxEngine({ threads: 1 })
const done = async <A>(effect: Effect.Effect<A>, disk: MemoryDisk): Promise<A> =>
  expectRight((await attempt(effect, { engine, disk })).outcome)

const evaluate = evaluateAdaptation('run', bytesTokenizer)

const removeBelow = (disk: MemoryDisk, ...folders: readonly string[]): void => {
  for (const path of disk.files.keys()) {
    if (folders.some((folder) => path.startsWith(folder))) disk.files.delete(path)
  }
}

describe.each([
  { layout: 'office-home', ofSource: ['data/Art/'] },
  { layout: 'visda-2017', ofSource: ['data/train/'] },
  { layout: 'mini-domainnet', ofSource: ['data/real/', 'data/splits_mini/real_'] },
] as const)('a run on $layout', ({ layout, ofSource }) => {
  const {
    files,
    domains: [source, target],
  } = publishedTrees[layout]

  it('is evaluated the same where the images of the source are gone, which it then classifies none of', async () => {
    const disk = diskWith(files)
    const whole = await done(
      pipe(
        smallAdClip(false, { source, target, epochs: 1 }),
        Effect.flatMap(() => evaluate),
      ),
      disk,
    )
    const before = await done(readPredictions('run'), disk)
    removeBelow(disk, ...ofSource)
    expect(await done(evaluate, disk)).toEqual(whole)
    const after = await done(readPredictions('run'), disk)
    expect(after.target).toEqual(before.target)
    expect(before.source.paths.length).toBeGreaterThan(0)
    expect(after.source.paths).toEqual([])
    expect(after.source.adapted.shape).toEqual([0, 3])
  })
})

describe('a run with what another one has learned', () => {
  const coOp = { ...smallConfiguration('coop'), epochs: 1, batch: 3 }

  it('is refused, and the file is named', async () => {
    const disk = diskWith(await drawnData(1))
    await done(smallRun({ ...coOp, settings: { ...coOp.settings, contextTokens: 3 } }, false), disk)
    const other = disk.files.get('run/prompt_learner.safetensors') ?? Uint8Array.of()
    await done(
      smallRun({ ...coOp, settings: { ...coOp.settings, contextTokens: 2 } }, false, { start: 'overwrite' }),
      disk,
    )
    disk.files.set('run/prompt_learner.safetensors', other)
    const { outcome } = await attempt(evaluate, { engine, disk })
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "run/prompt_learner.safetensors: tensor 'prompt_learner.ctx' is f32[3, 64], wanted f32[2, 64]
        → check that the file and the configuration belong together"
    `)
  })
})

describe('a run is not evaluated', () => {
  const trained = async (): Promise<MemoryDisk> => {
    const disk = diskWith(await drawnData(4))
    await done(smallAdClip(false, { epochs: 1 }), disk)
    return disk
  }

  it('on images of a class that it was not trained on', async () => {
    const disk = await trained()
    disk.folders.add('data/sketch/zebra')
    disk.files.set('data/sketch/zebra/zebra-1.png', Uint8Array.of(1))
    expect(explain(expectLeft((await attempt(evaluate, { engine, disk })).outcome))).toMatchInlineSnapshot(`
      "data (data/sketch/<class>/*.jpg): domain 'sketch' has images of class 'zebra', which is not among the 3 known classes
        → take them out, or train a run with them"
    `)
  })

  it('where it does not say what classes it was trained on', async () => {
    const disk = await trained()
    const path = 'run/prompt_learner.safetensors'
    await done(
      pipe(
        readSafetensors(path),
        Effect.flatMap(({ tensors }) => writeSafetensors(path, tensors)),
      ),
      disk,
    )
    expect(explain(expectLeft((await attempt(evaluate, { engine, disk })).outcome))).toMatchInlineSnapshot(`
      "run: the run was trained by a version that did not write down its classes
        → train it again and resume it, which writes them down"
    `)
  })
})

describe('a run that is evaluated on other images than those of its target', () => {
  it('is warned of there, too, where zero-shot predictions are kept', async () => {
    const gated = smallConfiguration('gated-transclip')
    const disk = diskWith(await drawnData(2))
    // No prediction is spread over all classes but one that is exactly even.
    await done(smallRun({ ...gated, settings: { ...gated.settings, evenShare: 1 } }, false), disk)
    const own = await done(evaluate, disk)
    const on = (domain: string) =>
      done(
        pipe(
          evaluateRunOn('run', { tag: 'Domain', domain }, bytesTokenizer),
          Effect.map(({ evaluation }) => evaluation.warnings),
        ),
        disk,
      )
    expect(own.warnings).toContainEqual(
      expect.stringMatching(/^zero-shot CLIP’s predictions of the target are kept/),
    )
    expect(await on(gated.target)).toEqual(own.warnings)
    expect(await on(gated.source)).toContainEqual(
      expect.stringMatching(/^zero-shot CLIP’s predictions of the target are kept/),
    )
  })
})
