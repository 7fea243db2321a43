/** Adaptations that diverge have no figure, no classifier, and no checkpoint that cannot be gone on from. */
import { pipe } from 'fp-ts/lib/function.js'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AdaptationConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { evaluateAdaptation, evaluateRun } from '../../../src/experiments/evaluation/evaluate-run.js'
import { exportRun } from '../../../src/experiments/export/export-run.js'
import { runStudy } from '../../../src/experiments/study/run-study.js'
import { methodVariant } from '../../../src/experiments/study/variant.js'
import * as Effect from '../../../src/effects/effect.js'
import { explain } from '../../../src/effects/explain.js'
import type { MemoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { decodeSafetensors, encodeSafetensors } from '../../../src/formats/safetensors/encode.js'
import { writeReport } from '../../../src/report/write-report.js'
import { firstNotFinite } from '../../../src/values/finite.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import { attempt } from '../../support/mishaps.js'
import { bytesTokenizer, diskWith, smallConfiguration, trainedRun } from '../../support/small-ad-clip.js'

const engine = onnxEngine({ threads: 1 })
const images = await drawnData(2)

const said = async (effect: Effect.Effect<unknown>, disk: MemoryDisk): Promise<string> =>
  explain(expectLeft((await attempt(effect, { engine, disk })).outcome))

const tensorsOf = (disk: MemoryDisk, path: string): NamedValues =>
  expectRight(decodeSafetensors(path, disk.files.get(path) ?? Uint8Array.of())).tensors

const write = (disk: MemoryDisk, path: string, tensors: NamedValues, metadata = {}): void => {
  disk.files.set(path, Buffer.concat(expectRight(encodeSafetensors(path, tensors, { metadata }))))
}

/** The tensors with one element that is NaN. */
const poisoned = (tensors: NamedValues, name: string): NamedValues => {
  const { shape = [], data = [] } = tensors[name] ?? {}
  return {
    ...tensors,
    [name]: { dtype: 'f32', shape, data: Float32Array.from(data, (x, i) => (i === 1 ? Number.NaN : x)) },
  }
}

/** One step whose loss is finite and whose new weights are not. */
const oneStep: AdaptationConfiguration = {
  ...smallConfiguration('coop'),
  optimizer: 'sgd',
  learningRate: 1e38,
  epochs: 1,
  batch: 6,
}

describe('a run whose only step overflows', () => {
  it('has no accuracy, no trained parameters and no checkpoint', async () => {
    const disk = diskWith(images)
    const outcome = await said(pipe(trainedRun(oneStep, false), Effect.flatMap(evaluateRun)), disk)
    expect(outcome).toMatch(/^step 1: an element of 'prompt_learner.ctx' is (NaN|-?Infinity)/)
    expect([...disk.files.keys()].filter((path) => path.startsWith('run/')).toSorted()).toEqual([
      'run/inputs.json',
      'run/metrics.jsonl',
      'run/run.json',
    ])
  })

  it('has no figure in a table, and says why', async () => {
    const variants = () => [methodVariant(oneStep), methodVariant(smallConfiguration('zero-shot'))]
    const pairs = [{ source: 'photo', target: 'sketch' }]
    const study = { directory: 'table', data: 'data', clip: 'clip.safetensors', variants, seeds: [1], pairs }
    const { outcome } = await attempt(runStudy(study, { tokenizer: bytesTokenizer, strict: false }), {
      engine,
      disk: diskWith(images),
    })
    const [{ rows, failed } = { rows: [], failed: [] }] = expectRight(outcome)
    expect(rows.map(({ runs }) => runs.length)).toEqual([0, 1])
    expect(failed[0]?.reason).toMatch(/^step 1: an element of 'prompt_learner.ctx' is /)
  })
})

describe('a run that diverges after a checkpoint', () => {
  const wild = { ...oneStep, batch: 3, epochs: 3, learningRate: 1e10 }

  it('keeps checkpoints that are finite, however often it is resumed', async () => {
    const disk = diskWith(images)
    for (const resume of [false, true, true]) {
      expect(await said(trainedRun(wild, resume), disk)).toMatch(/^step \d+: .* is (NaN|-?Infinity)/)
      if (disk.files.has('run/checkpoint.safetensors')) {
        for (const tensor of Object.values(tensorsOf(disk, 'run/checkpoint.safetensors')))
          expect(firstNotFinite(tensor)).toBeUndefined()
      }
    }
  })
})

describe('a NaN that somebody else has written', () => {
  const run = { ...smallConfiguration('coop'), epochs: 1 }
  const finished = diskWith(images)
  beforeAll(async () => {
    expectRight(
      (await attempt(pipe(trainedRun(run, false), Effect.flatMap(evaluateRun)), { engine, disk: finished }))
        .outcome,
    )
  })
  const copy = (): MemoryDisk => ({ files: new Map(finished.files), folders: new Set(finished.folders) })

  it('into CLIP, names the tensor and not the learning rate', async () => {
    const disk = diskWith(images)
    write(disk, 'clip.safetensors', poisoned(tensorsOf(disk, 'clip.safetensors'), 'visual.ln_post.weight'))
    expect(await said(trainedRun(run, false), disk)).toMatch(
      /^clip\.safetensors: tensor 'visual\.ln_post\.weight' (is|holds) NaN/,
    )
  })

  it('into trained parameters, is refused by evaluation and export', async () => {
    const disk = copy()
    const path = 'run/prompt_learner.safetensors'
    const { tensors, metadata } = expectRight(
      decodeSafetensors(path, disk.files.get(path) ?? Uint8Array.of()),
    )
    write(disk, path, poisoned(tensors, 'prompt_learner.ctx'), metadata)
    for (const effect of [
      evaluateAdaptation('run', bytesTokenizer),
      exportRun('run', { tokenizer: bytesTokenizer, out: 'classifier.onnx' }),
    ])
      expect(await said(effect, disk)).toBe(
        `${path}: tensor 'prompt_learner.ctx' is NaN at [0, 1]\n  → the run diverged: train it again at a lower learning rate`,
      )
  })

  it('into predictions, is refused by the report', async () => {
    const disk = copy()
    const path = 'run/predictions.safetensors'
    const { tensors, metadata } = expectRight(
      decodeSafetensors(path, disk.files.get(path) ?? Uint8Array.of()),
    )
    write(disk, path, poisoned(tensors, 'target.adapted'), metadata)
    expect(await said(writeReport('run', bytesTokenizer), disk)).toContain(
      "predictions.safetensors: tensor 'target.adapted' is NaN at [0, 1]",
    )
  })

  it('into the folder of features, is computed again', async () => {
    const disk = diskWith(images)
    const options = { features: 'features' }
    const first = expectRight((await attempt(trainedRun(run, false, options), { engine, disk })).outcome)
    const [path = ''] = [...disk.files.keys()].filter((name) => name.startsWith('features/'))
    const { tensors, metadata } = expectRight(
      decodeSafetensors(path, disk.files.get(path) ?? Uint8Array.of()),
    )
    write(disk, path, poisoned(tensors, 'rows'), metadata)
    const again = await attempt(trainedRun(run, false, { ...options, start: 'overwrite' }), { engine, disk })
    expect(expectRight(again.outcome).run.trained.values).toEqual(first.run.trained.values)
    expect(
      firstNotFinite(
        Object.values(tensorsOf(disk, path))[0] ?? {
          dtype: 'f32',
          shape: [],
          data: new Float32Array([Number.NaN]),
        },
      ),
    ).toBeUndefined()
  })
})
