import { basename, dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pipe } from 'fp-ts/lib/function.js'
import type { Effect } from '../../../src/effects/effect.js'
import { flatMap, map, of, perform } from '../../../src/effects/effect.js'
import type { Failure } from '../../../src/effects/failure.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { collectStudy } from '../../../src/experiments/study/collect.js'
import { encodeShare } from '../../../src/experiments/study/encode-domains.js'
import type { Study, StudyPlan } from '../../../src/experiments/study/plan.js'
import { planStudy } from '../../../src/experiments/study/plan.js'
import { runCells } from '../../../src/experiments/study/run-cells.js'
import { shareOf } from '../../../src/experiments/study/share.js'
import { pairTable } from '../../../src/experiments/study/study-result.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { explain } from '../../../src/effects/explain.js'
import { runStudy } from '../../../src/experiments/study/run-study.js'
import type { StudyResult } from '../../../src/experiments/study/study-result.js'
import type { Variant } from '../../../src/experiments/study/variant.js'
import { beforeTraining, methodVariant, onTargets } from '../../../src/experiments/study/variant.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import { attempt, contents } from '../../support/mishaps.js'
import { bytesTokenizer, configuration, diskWith, smallConfiguration } from '../../support/small-ad-clip.js'

const engine = onnxEngine()
const images = await drawnData(2)
const base = { ...configuration, epochs: 1 }
const zeroShot = methodVariant({ ...smallConfiguration('zero-shot'), epochs: 1 })
const adClip = methodVariant(base)

const small: Study = {
  directory: 'table',
  data: 'data',
  clip: 'clip.safetensors',
  variants: () => [zeroShot, adClip],
  seeds: [1, 2],
}
/** Of the results of a study on one kind of target. */
const theOnly = ([result, ...others]: readonly StudyResult[]): StudyResult => {
  if (result === undefined || others.length > 0) throw new Error('there is not one kind of target')
  return result
}
const study = (changes: Partial<Study> = {}, features?: string): Effect<StudyResult> =>
  pipe(
    runStudy({ ...small, ...changes }, { tokenizer: bytesTokenizer, strict: false, features }),
    map(theOnly),
  )
const collected = (plan: StudyPlan): Effect<StudyResult> => pipe(collectStudy(plan), map(theOnly))

const disk = diskWith(images)
const whole = await attempt(study(), { engine, disk })
const finished = contents(disk)

/** A disk as the study left it. */
const finishedDisk = () => ({ files: new Map(disk.files), folders: new Set(disk.folders) })

describe('a study', () => {
  it('reaches an accuracy with every method on every pair and seed, zero-shot CLIP once for each target', () => {
    const result = expectRight(whole.outcome)
    expect(result).toMatchObject({ layout: 'folder', backbone: 'ViT 1×64/8', failed: [] })
    expect(
      result.rows.map(({ name, runs }) => [
        name,
        ...runs.map(
          ({ source, target, seed }) => `${seed === undefined ? '*' : `${source} ${seed}`} ${target}`,
        ),
      ]),
    ).toEqual([
      ['CLIP zero-shot', '* sketch', '* photo'],
      ['AD-CLIP (reference)', 'photo 1 sketch', 'sketch 1 photo', 'photo 2 sketch', 'sketch 2 photo'],
    ])
    for (const { accuracy } of result.rows.flatMap(({ runs }) => runs)) expect(accuracy.count).toBe(6)
  })

  it('keeps each run in a directory of its own', () => {
    expect(Object.keys(finished).filter((path) => path.endsWith('evaluation.json'))).toEqual([
      'table/zero-shot/photo-to-sketch/evaluation.json',
      'table/zero-shot/sketch-to-photo/evaluation.json',
      'table/ad-clip-reference/photo-to-sketch/seed-1/evaluation.json',
      'table/ad-clip-reference/sketch-to-photo/seed-1/evaluation.json',
      'table/ad-clip-reference/photo-to-sketch/seed-2/evaluation.json',
      'table/ad-clip-reference/sketch-to-photo/seed-2/evaluation.json',
    ])
  })

  it.each([
    {
      what: 'settings do not fit the CLIP',
      changes: { settings: { ...base.settings, levels: 9 } },
      said: /^settings\.levels: the image encoder has 1, not 9\n/,
    },
    {
      what: 'training would only warm up',
      changes: { warmUpEpochs: 1 },
      said: /^warmUpEpochs: all 1 step of the training \(1 epoch\) would be taken at the rate of the warm-up, 0\.00001\n/,
    },
    {
      what: 'steps have more images than a domain',
      changes: { batch: 7 },
      said: /^batch: a step takes 7 images, and photo has 6 images to train on\n/,
    },
  ])('begins no run where the last row is one whose $what', async ({ changes, said }) => {
    const last: Variant = { name: 'last', folder: 'last', configuration: { ...base, ...changes } }
    const fresh = diskWith(images)
    const before = Object.keys(contents(fresh))
    const { outcome } = await attempt(study({ variants: () => [zeroShot, adClip, last] }), {
      engine,
      disk: fresh,
    })
    expect(explain(expectLeft(outcome))).toMatch(said)
    expect(Object.keys(contents(fresh))).toEqual(before)
  })

  it('does nothing again that is done', async () => {
    const again = await attempt(study(), { engine, disk: finishedDisk() })
    expect(again.outcome).toEqual(whole.outcome)
    for (const name of ['compile', 'run', 'writeFile', 'nextImages'] as const)
      expect(again.instructions).not.toContain(name)
  })

  it('does only what is new when it has more seeds or rows', async () => {
    const more = finishedDisk()
    const pairs = [{ source: 'photo', target: 'sketch' }]
    const { outcome } = await attempt(study({ seeds: [2, 3], pairs }), { engine, disk: more })
    expect(expectRight(outcome).rows[1]?.runs.map(({ seed }) => seed)).toEqual([2, 3])
    const added = Object.keys(contents(more)).filter((path) => !(path in finished))
    expect([...new Set(added.map((path) => dirname(path)))]).toEqual([
      'table/ad-clip-reference/photo-to-sketch/seed-3',
    ])
  })

  it('goes on with other settings of training for new rows, where the old ones depend on none of them', async () => {
    const more = finishedDisk()
    const [untrained, coOp] = [
      zeroShot,
      methodVariant({ ...smallConfiguration('coop'), epochs: 2, batch: 3 }),
    ]
    const shorter = { ...untrained, configuration: { ...untrained.configuration, epochs: 2, batch: 3 } }
    const pairs = [{ source: 'photo', target: 'sketch' }]
    const { outcome, requests } = await attempt(
      study({ variants: () => [shorter, coOp], pairs, seeds: [1] }),
      {
        engine,
        disk: more,
      },
    )
    expect(expectRight(outcome).rows.map(({ runs }) => runs.length)).toEqual([1, 1])
    const printed = requests.flatMap((request) =>
      request.name === 'printLine' ? [request.payload.line] : [],
    )
    expect(printed).toContain(
      '2 rows, 1 pair, 1 seed; 3 classes; images: photo 6, sketch 6; CLIP ViT 1×64/8 of clip.safetensors; engine onnx; table',
    )
    const trainedElse = { ...adClip, configuration: { ...adClip.configuration, epochs: 2 } }
    const refused = await attempt(study({ variants: () => [trainedElse], pairs }), { engine, disk: more })
    expect(explain(expectLeft(refused.outcome))).toContain('was begun with other values of epochs')
  })

  it('reaches with the initial parameters what training at a rate of 0 reaches, without a step', async () => {
    const variants = ['reference', 'robust'] as const
    const rows = (change: (variant: Variant) => readonly Variant[]) =>
      attempt(
        study({
          variants: () =>
            variants.flatMap((preset) =>
              change(methodVariant({ ...smallConfiguration('ad-clip', preset), epochs: 1, learningRate: 0 })),
            ),
        }),
        { engine, disk: diskWith(images) },
      )
    const [trained, untrained] = [await rows((variant) => [variant]), await rows(beforeTraining)]
    const [before, after] = [untrained, trained].map(({ outcome }) => expectRight(outcome).rows)
    expect(before?.map(({ name }) => name)).toEqual(
      variants.map((preset) => `AD-CLIP (${preset}), before training`),
    )
    expect(before?.map(({ chosenOnLabels }) => chosenOnLabels)).toEqual([
      undefined,
      expect.stringContaining('were chosen by looking at labels of target images of PACS'),
    ])
    for (const [row, { runs }] of (before ?? []).entries()) {
      expect(runs).toHaveLength(4)
      for (const { target, seed, accuracy } of runs) {
        const same = after?.[row]?.runs.find((run) => run.target === target && run.seed === seed)
        expect(accuracy).toEqual(same?.accuracy)
      }
    }
    const files = untrained.requests.flatMap((request) =>
      request.name === 'writeFile' ? [basename(request.payload.path)] : [],
    )
    expect(files).not.toContain('metrics.jsonl')
  })

  it('decodes the images once, however many runs there are', async () => {
    const decodings = ({ instructions }: Pick<typeof whole, 'instructions'>): number =>
      instructions.filter((name) => name === 'nextImages').length
    const single = study({ variants: () => [zeroShot], pairs: [{ source: 'photo', target: 'sketch' }] })
    const one = await attempt(single, { engine, disk: diskWith(images) })
    expect(decodings(one)).toBeGreaterThan(0)
    expect(decodings(whole)).toBe(decodings(one))
  })

  it('reads features that it has kept, and gives the same figures', async () => {
    const keeping = diskWith(images)
    const pairs = [{ source: 'photo', target: 'sketch' }]
    expectRight((await attempt(study({ pairs, seeds: [1] }, 'kept'), { engine, disk: keeping })).outcome)
    const { outcome, instructions } = await attempt(study({}, 'kept'), { engine, disk: keeping })
    expect(instructions).not.toContain('nextImages')
    expect(outcome).toEqual(whole.outcome)
  })

  it.each([{ features: undefined }, { features: 'kept' }])(
    'hashes each image once and reads CLIP once, however many runs there are (features: $features)',
    async ({ features }) => {
      const { requests } = await attempt(study({}, features), { engine, disk: diskWith(images) })
      const hashes = requests.flatMap((request) =>
        request.name === 'hashFile' ? [request.payload.path] : [],
      )
      expect(hashes.toSorted()).toEqual(
        Object.keys(images)
          .map((path) => `data/${path}`)
          .toSorted(),
      )
      const parts = requests.flatMap((request) =>
        request.name === 'readRange' && request.payload.path === 'clip.safetensors'
          ? [`${request.payload.offset} ${request.payload.length}`]
          : [],
      )
      expect(parts.length).toBeGreaterThan(10)
      expect(new Set(parts).size).toBe(parts.length)
    },
  )

  it.each([
    { tag: 'Crash', part: 0.35 },
    { tag: 'Tear', part: 0.6 },
    { tag: 'Stop', part: 0.8 },
  ] as const)('that ends early ($tag) goes on to the same files and figures', async ({ tag, part }) => {
    const survivor = diskWith(images)
    const at = Math.floor(part * whole.instructions.length)
    expectLeft((await attempt(study(), { engine, disk: survivor, mishap: { tag, at } })).outcome)
    const { outcome } = await attempt(study(), { engine, disk: survivor })
    expect(outcome).toEqual(whole.outcome)
    expect(contents(survivor)).toEqual(finished)
  })

  it('refuses a directory whose runs had other options', async () => {
    const other = methodVariant({ ...base, learningRate: 0.5 })
    const { outcome } = await attempt(study({ variants: () => [other] }), { engine, disk: finishedDisk() })
    expect(explain(expectLeft(outcome))).toBe(
      'directory: table/ad-clip-reference/photo-to-sketch/seed-1/run.json was begun with other values of learningRate\n' +
        '  → give the same values, or begin anew in another directory',
    )
  })

  it('goes on when one of its runs diverges, and says so', async () => {
    const wild = {
      ...methodVariant({ ...base, learningRate: 1e38, epochs: 3 }),
      name: 'wild',
      folder: 'wild',
    }
    const pairs = [{ source: 'photo', target: 'sketch' }]
    const { outcome } = await attempt(study({ variants: () => [wild, zeroShot], seeds: [1], pairs }), {
      engine,
      disk: diskWith(images),
    })
    const { rows, failed } = expectRight(outcome)
    expect(rows.map(({ runs }) => runs.length)).toEqual([0, 1])
    expect(failed).toEqual([
      { run: 'wild, photo → sketch, seed 1', reason: expect.stringMatching(/^step \d+: .* is /) },
    ])
  })
})

describe('a study on several kinds of targets', () => {
  const few = { kind: 'few-classes', classes: 2, seed: 1 } as const
  const kinds = [undefined, few]

  it('has a result for each kind, and does again no run of a study of whole targets', async () => {
    const more = finishedDisk()
    const { outcome } = await attempt(
      runStudy(
        { ...small, variants: () => onTargets(kinds, [zeroShot, adClip]), seeds: [1, 2] },
        { tokenizer: bytesTokenizer, strict: false },
      ),
      { engine, disk: more },
    )
    const results = expectRight(outcome)
    expect(results[0]).toEqual(expectRight(whole.outcome))
    expect(results.map(({ targetShift }) => targetShift)).toEqual(kinds)
    expect(results[1]?.rows.map(({ name }) => name)).toEqual(results[0]?.rows.map(({ name }) => name))
    // Of three classes with two images each, two are left.
    const counts = results.map(({ rows }) =>
      rows.flatMap(({ runs }) => runs.map(({ accuracy }) => accuracy.count)),
    )
    expect(counts).toEqual([Array.from({ length: 6 }, () => 6), Array.from({ length: 6 }, () => 4)])
    const added = Object.keys(contents(more)).filter((path) => !(path in finished))
    expect([...new Set(added.map((path) => path.split('/')[1]))]).toEqual([
      'zero-shot-few-classes-2',
      'ad-clip-reference-few-classes-2',
    ])
  })
})

/** The plan of a study, with its runs or its result. */
const planned = <A>(use: (plan: StudyPlan) => Effect<A>, changes: Partial<Study> = {}): Effect<A> =>
  pipe(planStudy({ ...small, ...changes }, { strict: false }), flatMap(use))

describe('the plan of a study', () => {
  it('names every run, whatever else the study has, and computes nothing', async () => {
    const { outcome, instructions } = await attempt(
      planned(({ cells }) => of(cells.map(({ name }) => name))),
      { engine, disk: diskWith(images) },
    )
    expect(expectRight(outcome)).toEqual([
      'zero-shot/photo-to-sketch',
      'zero-shot/sketch-to-photo',
      'ad-clip-reference/photo-to-sketch/seed-1',
      'ad-clip-reference/sketch-to-photo/seed-1',
      'ad-clip-reference/photo-to-sketch/seed-2',
      'ad-clip-reference/sketch-to-photo/seed-2',
    ])
    for (const name of ['compile', 'run', 'writeFile', 'nextImages'] as const)
      expect(instructions).not.toContain(name)
  })

  it('run in shares, in any order, leaves the files and the result of the whole', async () => {
    const shared = diskWith(images)
    for (const index of [2, 0, 1]) {
      const share = planned((plan) =>
        runCells(plan, shareOf({ index, count: 3 }, plan.cells), { tokenizer: bytesTokenizer }),
      )
      expectRight((await attempt(share, { engine, disk: shared })).outcome)
    }
    const { outcome } = await attempt(planned(collected), { engine, disk: shared })
    expect(outcome).toEqual(whole.outcome)
    expect(contents(shared)).toEqual(finished)
  })

  it('is collected at any time: what is missing, and what has begun', async () => {
    const survivor = diskWith(images)
    const at = whole.instructions.lastIndexOf('writeFile') - 1
    expectLeft((await attempt(study(), { engine, disk: survivor, mishap: { tag: 'Crash', at } })).outcome)
    const { outcome } = await attempt(planned(collected, { seeds: [1, 2, 3] }), { engine, disk: survivor })
    const result = expectRight(outcome)
    expect(result.missing).toEqual([
      { run: 'AD-CLIP (reference), sketch → photo, seed 2', state: { tag: 'Stopped' } },
      { run: 'AD-CLIP (reference), photo → sketch, seed 3', state: { tag: 'NotBegun' } },
      { run: 'AD-CLIP (reference), sketch → photo, seed 3', state: { tag: 'NotBegun' } },
    ])
    expect(pairTable(result, 'overall').notes).toContain('not all figures are there: 3 runs not finished')
    expect(result.rows.map(({ runs }) => runs.length)).toEqual([2, 3])
  })

  it('goes on where one of its runs fails, whatever the reason, and tries that one again when it is run again', async () => {
    const failing = diskWith(images)
    const at = whole.requests.findIndex(
      (request) =>
        request.name === 'writeFile' && request.payload.path.endsWith('seed-1/prompt_learner.safetensors'),
    )
    const full: Failure = {
      tag: 'FileRefused',
      path: 'seed-1',
      action: 'write',
      reason: 'no space left on device',
    }
    const first = await attempt(study(), {
      engine,
      disk: failing,
      mishap: { tag: 'Fail', at, failure: full },
    })
    expect(expectRight(first.outcome).failed).toEqual([
      {
        run: 'AD-CLIP (reference), photo → sketch, seed 1',
        reason: 'seed-1: cannot write: no space left on device',
      },
    ])
    expect(expectRight(first.outcome).rows[1]?.runs).toHaveLength(3)
    const again = await attempt(study(), { engine, disk: failing })
    expect(again.outcome).toEqual(whole.outcome)
    expect(contents(failing)).toEqual(finished)
  })

  it('leaves a run to the process that does it, does the others first, and waits for it', async () => {
    const own = diskWith(images)
    const world = memoryWorld({ engine, disk: own })
    const held = 'table/zero-shot/photo-to-sketch'
    await interpret(perform('lockFolder', { path: held }))(world.runtime)()
    let looks = 0
    const { pause, ...runtime } = world.runtime
    const outcome = await interpret(study())({
      ...runtime,
      pause: async (milliseconds) => {
        await pause(milliseconds)
        looks += 1
        if (looks === 3) await interpret(perform('unlockFolder', { path: held }))(world.runtime)()
      },
    })()
    expect(outcome).toEqual(whole.outcome)
    expect(contents(own)).toEqual(finished)
    expect(looks).toBe(3)
    expect(world.printed.filter((line) => line.startsWith('run '))).toHaveLength(6)
    expect(world.printed).toContain('waiting for other processes, which do CLIP zero-shot on sketch')
  })

  it('holds the folder of a run from its beginning to its evaluation, so that no other process comes between', () => {
    const uses = whole.requests.flatMap(({ name, payload }) =>
      name === 'lockFolder' || name === 'unlockFolder' ? [{ name, path: payload.path }] : [],
    )
    const folders = [...new Set(uses.map(({ path }) => path))].filter((path) => path.includes('-to-'))
    expect(folders).toHaveLength(6)
    for (const folder of folders)
      expect(uses.filter(({ path }) => path === folder).map(({ name }) => name)).toEqual([
        'lockFolder',
        'unlockFolder',
      ])
  })

  it('encodes its images in shares, after which no run decodes one', async () => {
    const keeping = diskWith(images)
    const counts = await Promise.all(
      [0, 1, 2, 3].map(async (index) =>
        expectRight(
          (
            await attempt(
              planned((plan) => encodeShare(plan, { index, count: 4 }, 'kept')),
              { engine, disk: keeping },
            )
          ).outcome,
        ),
      ),
    )
    expect(counts.reduce((a, b) => a + b)).toBe(12)
    const { outcome, instructions } = await attempt(study({}, 'kept'), { engine, disk: keeping })
    expect(outcome).toEqual(whole.outcome)
    expect(instructions).not.toContain('nextImages')
  })
})

describe('shares', () => {
  it('hold each item once', () => {
    const items = Array.from({ length: 17 }, (_, i) => i)
    for (const count of [1, 2, 5, 20]) {
      const shares = Array.from({ length: count }, (_, index) => shareOf({ index, count }, items))
      expect(shares.flat().toSorted((a, b) => a - b)).toEqual(items)
      expect(
        Math.max(...shares.map(({ length }) => length)) - Math.min(...shares.map(({ length }) => length)),
      ).toBeLessThan(2)
    }
  })
})

describe('a study that cannot be', () => {
  it.each([
    {
      pairs: [{ source: 'photo', target: 'photo' }],
      said: 'pairs: photo:photo is one domain\n  → name two different ones',
    },
    {
      pairs: [{ source: 'photo', target: 'clipart' }],
      said: "data (data): no domain 'clipart' in it\n  → it has photo, sketch",
    },
  ])('is refused before anything is run: $said', async ({ pairs, said }) => {
    const { outcome, instructions } = await attempt(study({ pairs }), { engine, disk: diskWith(images) })
    expect(explain(expectLeft(outcome))).toBe(said)
    expect(instructions).not.toContain('compile')
  })

  it('such as one of a single domain', async () => {
    const photos = Object.fromEntries(Object.entries(images).filter(([path]) => path.startsWith('photo')))
    const { outcome } = await attempt(study(), { engine, disk: diskWith(photos) })
    expect(explain(expectLeft(outcome))).toContain('there are no two domains in it')
  })
})
