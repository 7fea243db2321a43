import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { AdaptationConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { adaptationConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import type { Predictions } from '../../../src/experiments/evaluation/classified-images.js'
import { readPredictions } from '../../../src/experiments/evaluation/classified-images.js'
import { evaluateAdaptation } from '../../../src/experiments/evaluation/evaluate-run.js'
import { bestOf } from '../../../src/experiments/adaptation/validation-scores.js'
import { validationCodec } from '../../../src/experiments/adaptation/selection.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { explain } from '../../../src/effects/explain.js'
import { decodeSafetensors } from '../../../src/formats/safetensors/encode.js'
import { definitionOf, methodNames } from '../../../src/methods/index.js'
import { presets } from '../../../src/methods/index.js'
import type { MethodName, MethodPreset, PresetName } from '../../../src/methods/index.js'
import type { TensorValue } from '../../../src/values/value.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { classes, drawnData } from '../../support/drawn-data.js'
import { attempt, contents } from '../../support/mishaps.js'
import {
  bytesTokenizer,
  configuration,
  diskWith,
  smallAdClip,
  smallConfiguration,
  smallRun,
} from '../../support/small-ad-clip.js'

const engine = onnxEngine()
const images = await drawnData(4)

const presetNames: readonly PresetName[] = ['reference', 'paper', 'robust']

/** The small run by this method. */
const runBy = <N extends MethodName>(method: N, preset?: MethodPreset[N]): AdaptationConfiguration<N> => ({
  ...smallConfiguration(method, preset),
  templates: ['a {}.'],
})

/** A run and its evaluation. */
const evaluated = async (run: AdaptationConfiguration) => {
  const disk = diskWith(images)
  const learned = expectRight((await attempt(smallRun(run, false), { engine, disk })).outcome)
  const { outcome } = await attempt(evaluateAdaptation('run', bytesTokenizer), { engine, disk })
  return { learned, evaluation: expectRight(outcome), files: contents(disk), disk }
}

/** The logits of each image of the target, by the name of its file. */
const logitsByName = (predictions: Predictions) => {
  const { paths, zeroShot, adapted } = predictions.target
  const rowOf = ({ data, shape: [, width = 0] }: TensorValue, row: number): readonly number[] =>
    Array.from(data.slice(row * width, (row + 1) * width))
  return Object.fromEntries(
    paths.map((path, row) => [path.split('/').at(-1), [rowOf(zeroShot, row), rowOf(adapted, row)]] as const),
  )
}

/**
 * What training leaves, but for the digests of the lists of images, which training does not see; and the logits of every image of
 * the target.
 */
const trainedOn = async (run: AdaptationConfiguration, data: typeof images) => {
  const disk = diskWith(data)
  expectRight((await attempt(smallRun(run, false), { engine, disk })).outcome)
  const files = Object.fromEntries(
    Object.entries(contents(disk)).filter(([path]) => path.startsWith('run/') && path !== 'run/inputs.json'),
  )
  expectRight((await attempt(evaluateAdaptation('run', bytesTokenizer), { engine, disk })).outcome)
  const { outcome } = await attempt(readPredictions('run'), { engine, disk })
  return { files, logits: logitsByName(expectRight(outcome)) }
}

describe.each(methodNames)('a run of %s', (method) => {
  it('trains, and is evaluated together with zero-shot CLIP', async () => {
    const { learned, evaluation } = await evaluated(runBy(method))
    expect(evaluation).toMatchObject({ method, source: 'photo', target: 'sketch' })
    expect(evaluation.adapted.count).toBe(12)
    const { learns, readsSource } = definitionOf(method)
    expect(Object.keys(learned).length > 0).toBe(learns || readsSource)
    if (method === 'zero-shot') expect(evaluation.adapted).toEqual(evaluation.zeroShot)
  })
})

const shuffled = Object.fromEntries(
  Object.entries(images).map(([path, bytes], i) => [
    path.startsWith('sketch/')
      ? `sketch/${classes[(7 * i + 2) % classes.length] ?? ''}/${path.split('/').at(-1)}`
      : path,
    bytes,
  ]),
)

describe.each([
  ...presetNames.map((preset) => runBy('ad-clip', preset)),
  ...methodNames.filter((method) => method !== 'ad-clip').map((method) => runBy(method)),
])('a run of $method, preset $preset, whose target has other labels', (run) => {
  it('trains the same weights, and predicts the same of every image, byte for byte', async () => {
    expect(Object.keys(shuffled)).not.toEqual(Object.keys(images))
    const [own, other] = [await trainedOn(run, images), await trainedOn(run, shuffled)]
    expect(Object.keys(own.files).length).toBeGreaterThan(definitionOf(run.method).learns ? 3 : 1)
    expect(other.files).toEqual(own.files)
    expect(Object.keys(own.logits)).toHaveLength(12)
    expect(other.logits).toEqual(own.logits)
  })
})

describe('a run of a method that counts and guesses as it trains', () => {
  it.each(['unimos', 'dann', 'damp', 'pda'] as const)(
    'ends with the same files where it is stopped within an epoch and resumed: %s',
    async (method) => {
      const run = { ...runBy(method), epochs: 4 }
      const whole = diskWith(images)
      const { instructions } = await attempt(smallRun(run, false), { engine, disk: whole })
      const steps = instructions.flatMap((tag, i) => (tag === 'appendLine' ? [i] : []))
      const at = steps[Math.floor(0.6 * steps.length)] ?? 0
      const disk = diskWith(images)
      await attempt(smallRun(run, true), { engine, disk, mishap: { tag: 'Stop', at } })
      expect(contents(disk)).not.toHaveProperty(['run/prompt_learner.safetensors'])
      expectRight((await attempt(smallRun(run, true), { engine, disk })).outcome)
      expect(contents(disk)).toEqual(contents(whole))
    },
  )
})

describe('a run whose target has few classes', () => {
  it('is recorded with them, and evaluated on their images alone, each time it is read back', async () => {
    const shift = { kind: 'few-classes', classes: 2, seed: 1 } as const
    const { evaluation, files } = await evaluated({ ...runBy('zero-shot'), targetShift: shift })
    expect(JSON.parse(files['run/run.json'] ?? '')).toMatchObject({ targetShift: shift })
    expect(evaluation.adapted.perClass.map(({ count }) => count).toSorted((a, b) => a - b)).toEqual([0, 4, 4])
  })
})

describe('a run whose target has an unknown class', () => {
  const open = { ...runBy('zero-shot'), targetShift: { kind: 'open-set', unknown: 1, seed: 1 } } as const

  it('knows the other classes, and has scores of how well it rejects this one, each time it is read back', async () => {
    const { evaluation, disk } = await evaluated(open)
    expect(evaluation.adapted.perClass).toHaveLength(classes.length - 1)
    expect(evaluation.adapted.count).toBe(8)
    expect(evaluation.adapted.openSet).toMatchObject({ unknownCount: 4 })
    expect(evaluation.adapted.openSet?.auroc).toBeGreaterThanOrEqual(0)
    const { outcome } = await attempt(readPredictions('run'), { engine, disk })
    const { source, target } = expectRight(outcome)
    expect(target.labels.filter((label) => label === -1)).toHaveLength(4)
    expect(source.labels).toHaveLength(8)
  })

  it('gives all other runs no such scores', async () => {
    const { evaluation } = await evaluated(runBy('zero-shot'))
    expect(evaluation.adapted).not.toHaveProperty('openSet')
  })
})

describe('preset robust', () => {
  const robust = runBy('ad-clip', 'robust')
  const unaligned: AdaptationConfiguration<'ad-clip'> = {
    ...robust,
    settings: { ...robust.settings, switches: { ...presets.robust, alignment: 'none' } },
  }

  it('is zero-shot CLIP where nothing is learned and nothing aligned', async () => {
    const { evaluation } = await evaluated({ ...unaligned, learningRate: 0, weightDecay: 0 })
    expect(evaluation.adapted).toEqual(evaluation.zeroShot)
  })

  it('keeps how often zero-shot CLIP guesses each class of the target with what it has learned', async () => {
    const { learned } = await evaluated(robust)
    const rates = learned['guess_rates']
    expect(rates?.shape).toEqual([classes.length])
    expect([...(rates?.data ?? [])].reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(1, 5)
  })

  it('keeps the first weights where training overrules zero-shot CLIP', async () => {
    const overruled: AdaptationConfiguration<'ad-clip'> = {
      ...unaligned,
      optimizer: 'sgd',
      learningRate: 1e3,
      settings: {
        ...unaligned.settings,
        lossWeights: { crossEntropy: 1, styleMapping: 0, entropy: 1, divergence: 0, pseudoLabels: 0 },
      },
    }
    const { files, evaluation } = await evaluated(overruled)
    const lines = (files['run/validation.jsonl'] ?? '').trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(evaluation.adapted).toEqual(evaluation.zeroShot)
    const { evaluation: without } = await evaluated({
      ...overruled,
      settings: { ...overruled.settings, switches: { ...unaligned.settings.switches, selection: 'last' } },
    })
    expect(without.adapted).not.toEqual(without.zeroShot)
  })

  it('writes widths that are released with their numbers, and goes on from them', async () => {
    const asked: AdaptationConfiguration<'ad-clip'> = {
      ...robust,
      settings: { ...robust.settings, styleHidden: 'released', mappingHidden: 7 },
    }
    const disk = diskWith(images)
    expectRight((await attempt(smallRun(asked, false), { engine, disk })).outcome)
    const written: unknown = JSON.parse(contents(disk)['run/run.json'] ?? '')
    expect(written).toMatchObject({ settings: { styleHidden: 256, mappingHidden: 7 } })
    expectRight((await attempt(smallRun(asked, true), { engine, disk })).outcome)
  })

  it('keeps the weights of the best validation', async () => {
    const { disk, files, learned } = await evaluated({ ...robust, epochs: 4 })
    const lines = (files['run/validation.jsonl'] ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => expectRight(validationCodec.decode(JSON.parse(line))))
    const best = bestOf(lines)
    const bytes = disk.files.get('run/best.safetensors')
    if (bytes === undefined) return expect.fail('nothing was kept')
    const kept = expectRight(decodeSafetensors('best', bytes))
    expect(kept.metadata['step']).toBe(String(best?.step))
    return expect(kept.tensors).toEqual(learned)
  })

  it('is refused a template without words before the name', async () => {
    const disk = diskWith(images)
    const { outcome } = await attempt(smallRun({ ...robust, templates: ['{}.'] }, false), { engine, disk })
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "templates: prompts begin as the words before the name, and there are none
        → give a template such as 'a photo of a {}.'"
    `)
  })
})

describe('a configuration', () => {
  it.each(presetNames)('of preset %s is written and read as it is', (preset) => {
    const whole = runBy('ad-clip', preset)
    expect(
      adaptationConfiguration.decode(JSON.parse(JSON.stringify(adaptationConfiguration.encode(whole)))),
    ).toEqual(E.right(whole))
    expect(whole.settings.switches).toEqual(presets[preset])
  })

  it('that asks for more levels than there are is refused', async () => {
    const disk = diskWith(images)
    const { outcome } = await attempt(
      smallAdClip(false, { settings: { ...configuration.settings, levels: 2 } }),
      { engine, disk },
    )
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "settings.levels: the image encoder has 1, not 2
        → ask for fewer, or for all"
    `)
  })

  it('without a template is refused', async () => {
    const disk = diskWith(images)
    const { outcome } = await attempt(smallAdClip(false, { templates: [] }), { engine, disk })
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "templates: there is none
        → give one, such as 'a photo of a {}.'"
    `)
  })
})

describe('a run of a method that reads strong views', () => {
  it('draws new crops and new changes in each step where it is asked to, and keeps no view but the whole image', async () => {
    const { learned, evaluation } = await evaluated({ ...runBy('damp'), epochs: 1, augmentation: 'fresh' })
    expect(Object.keys(learned)).toContain('context_decoder.decoder.0.mlp.0.weight')
    expect(evaluation.adapted.count).toBe(12)
  })
})
