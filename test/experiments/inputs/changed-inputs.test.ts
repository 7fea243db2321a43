/** A run whose CLIP or images have moved goes on; one whose CLIP or images have changed is refused. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as Effect from '../../../src/effects/effect.js'
import { explain } from '../../../src/effects/explain.js'
import type { MemoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { readConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { evaluateAdaptation } from '../../../src/experiments/evaluation/evaluate-run.js'
import { exportRun } from '../../../src/experiments/export/export-run.js'
import { runStudy } from '../../../src/experiments/study/run-study.js'
import { methodVariant } from '../../../src/experiments/study/variant.js'
import { encodeSafetensors } from '../../../src/formats/safetensors/encode.js'
import { initialClip } from '../../../src/model/index.js'
import { writeReport } from '../../../src/report/write-report.js'
import { keyFromSeed } from '../../../src/values/random-key.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import { attempt } from '../../support/mishaps.js'
import {
  architecture,
  bytesTokenizer,
  diskWith,
  smallConfiguration,
  smallRun,
} from '../../support/small-ad-clip.js'

const engine = onnxEngine({ threads: 1 })
const images = await drawnData(2)
const configuration = { ...smallConfiguration('coop'), epochs: 1 }

const done = async <A>(effect: Effect.Effect<A>, disk: MemoryDisk): Promise<A> =>
  expectRight((await attempt(effect, { engine, disk })).outcome)

const refused = async (effect: Effect.Effect<unknown>, disk: MemoryDisk): Promise<string> =>
  explain(expectLeft((await attempt(effect, { engine, disk })).outcome))

const evaluate = evaluateAdaptation('run', bytesTokenizer)

const evaluated = pipe(
  smallRun(configuration, false),
  Effect.flatMap(() => evaluate),
)

const finished = diskWith(images)
const evaluation = await done(evaluated, finished)

/** The disk as a finished run left it. */
const disk = (): MemoryDisk => ({ files: new Map(finished.files), folders: new Set(finished.folders) })

/** Everything below a folder, or a file, gets another name. */
const move = ({ files, folders }: MemoryDisk, from: string, to: string): void => {
  for (const [path, bytes] of [...files]) {
    if (path !== from && !path.startsWith(`${from}/`)) continue
    files.delete(path)
    files.set(`${to}${path.slice(from.length)}`, bytes)
  }
  for (const path of [...folders]) {
    if (path !== from && !path.startsWith(`${from}/`)) continue
    folders.delete(path)
    folders.add(`${to}${path.slice(from.length)}`)
  }
}

const moved = (): MemoryDisk => {
  const other = disk()
  other.folders.add('elsewhere')
  move(other, 'data', 'elsewhere/images')
  move(other, 'clip.safetensors', 'elsewhere/weights.safetensors')
  return other
}
const now = { data: 'elsewhere/images', clip: 'elsewhere/weights.safetensors' }

/** CLIP of the same shapes with other weights. */
const otherClip = (): MemoryDisk => {
  const other = disk()
  const chunks = expectRight(encodeSafetensors('clip', initialClip(architecture, keyFromSeed(6))))
  other.files.set('clip.safetensors', Buffer.concat(chunks))
  return other
}

/** Further images in a domain. */
const moreImages = (domain: string, count: number): MemoryDisk => {
  const other = disk()
  const bytes = images[`${domain}/dog/dog-0.png`] ?? new Uint8Array()
  for (let i = 0; i < count; i += 1) other.files.set(`data/${domain}/dog/more-${i}.png`, bytes)
  return other
}

describe('a run whose inputs have moved', () => {
  it('says that they are gone, and which settings give their places', async () => {
    const gone = moved()
    expect(await refused(evaluate, gone)).toBe(
      'clip (clip.safetensors): no such file, though run was trained with it\n  → give the place where it is now',
    )
    expect(await refused(evaluateAdaptation('run', bytesTokenizer, { clip: now.clip }), gone)).toBe(
      'data (data): no such folder, though run was trained with it\n  → give the place where it is now',
    )
    expect(await refused(writeReport('run', bytesTokenizer), gone)).toContain('no such file, though run')
  })

  it('is evaluated, reported and exported from their new places', async () => {
    const there = moved()
    expect(await done(evaluateAdaptation('run', bytesTokenizer, now), there)).toEqual(evaluation)
    await done(writeReport('run', bytesTokenizer, now), there)
    const page = new TextDecoder().decode(there.files.get('run/report.html'))
    expect(page).toMatch(/alt="dog: sketch\/dog\/dog-\d\.png"/)
    expect(page).not.toContain('elsewhere')
    const exported = await done(
      exportRun('run', { tokenizer: bytesTokenizer, out: 'model.onnx', clip: now.clip, overwrite: true }),
      there,
    )
    expect(exported.map(({ path }) => path)).toEqual(['model.onnx', 'model.json'])
  })

  it('is resumed with them, and run.json says where they lie now', async () => {
    const there = moved()
    await done(smallRun({ ...configuration, ...now }, true), there)
    expect(await done(readConfiguration('run'), there)).toMatchObject({ ...configuration, ...now })
    expect(await done(evaluate, there)).toEqual(evaluation)
  })
})

describe('a run whose CLIP has changed', () => {
  it.each([
    { what: 'resumed', effect: smallRun(configuration, true) },
    { what: 'evaluated', effect: evaluate },
    { what: 'exported', effect: exportRun('run', { tokenizer: bytesTokenizer, out: 'other.onnx' }) },
  ])('is not $what', async ({ effect }) => {
    expect(await refused(effect, otherClip())).toBe(
      'clip: this is not the CLIP that the run in run was begun with: its weights are others\n  → give the CLIP of the run, or begin anew in another directory',
    )
  })
})

/** The CLIP with a configuration next to it. */
const withStated = (activation: string): MemoryDisk => {
  const other = disk()
  const stated = { quick_gelu: activation === 'quick-gelu' }
  const document = { model_cfg: { ...stated, vision_cfg: {}, text_cfg: { heads: 1 } } }
  other.files.set('open_clip_config.json', new TextEncoder().encode(JSON.stringify(document)))
  return other
}

describe('a run whose CLIP was taken to have quick GELUs', () => {
  it('is resumed where a configuration states that, and not where it states exact ones', async () => {
    const resume = smallRun(configuration, true)
    await done(resume, withStated('quick-gelu'))
    expect(await refused(resume, withStated('gelu'))).toContain(
      'the configurations next to it state another architecture (heads, activation) or another preprocessing of images',
    )
  })
})

describe('a run whose images have changed', () => {
  const said = (change: string): string =>
    `data: the images are not those that the run in run was begun with: ${change}\n  → bring back the images as they were, or begin anew in another directory`

  it.each([
    { what: 'resumed', effect: smallRun(configuration, true) },
    { what: 'evaluated', effect: evaluate },
  ])('is not $what, and the refusal says how many there are', async ({ effect }) => {
    expect(await refused(effect, moreImages('sketch', 10))).toBe(
      said("domain 'sketch' has 10 images more (6 then, 16 now)"),
    )
    const fewer = disk()
    fewer.files.delete('data/photo/dog/dog-1.png')
    expect(await refused(effect, fewer)).toBe(said("domain 'photo' has 1 image less (6 then, 5 now)"))
    const renamed = disk()
    move(renamed, 'data/sketch/dog/dog-1.png', 'data/sketch/dog/dog-7.png')
    expect(await refused(effect, renamed)).toBe(
      said("domain 'sketch' has other images, or other names of classes, though as many (6)"),
    )
  })

  it('is begun anew where it is replaced', async () => {
    const other = moreImages('sketch', 10)
    await done(smallRun(configuration, false, { start: 'overwrite' }), other)
    expect((await done(evaluate, other)).adapted.count).toBe(16)
  })

  it('is taken up where it has kept no digests, as runs of earlier versions', async () => {
    const other = moreImages('sketch', 10)
    other.files.delete('run/inputs.json')
    expect((await done(evaluate, other)).adapted.count).toBe(16)
  })
})

describe('a study over changed images', () => {
  it('does not read back what is done on others', async () => {
    const study = runStudy(
      {
        directory: 'table',
        data: 'data',
        clip: 'clip.safetensors',
        variants: () => [methodVariant(smallConfiguration('zero-shot'))],
        pairs: [{ source: 'photo', target: 'sketch' }],
        seeds: [1],
      },
      { tokenizer: bytesTokenizer, strict: false },
    )
    const other = disk()
    await done(study, other)
    const bytes = images['photo/dog/dog-0.png'] ?? new Uint8Array()
    other.files.set('data/sketch/dog/more.png', bytes)
    expect(await refused(study, other)).toContain("domain 'sketch' has 1 image more (6 then, 7 now)")
  })
})
