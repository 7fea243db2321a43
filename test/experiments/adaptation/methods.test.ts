import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { AdaptationConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { adaptationConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { evaluateAdaptation } from '../../../src/experiments/evaluation/evaluate-run.js'
import { bestOf } from '../../../src/experiments/adaptation/validation-scores.js'
import { validationCodec } from '../../../src/experiments/adaptation/selection.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { explain } from '../../../src/effects/explain.js'
import { decodeSafetensors } from '../../../src/formats/safetensors/encode.js'
import { definitionOf, methodNames } from '../../../src/methods/index.js'
import { presets } from '../../../src/methods/index.js'
import type { MethodName, MethodPreset, PresetName } from '../../../src/methods/index.js'
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

/** What training alone leaves, but for the digests of the lists of images, which training does not see. */
const trainedFiles = async (run: AdaptationConfiguration, data: typeof images) => {
  const disk = diskWith(data)
  expectRight((await attempt(smallRun(run, false), { engine, disk })).outcome)
  return Object.fromEntries(
    Object.entries(contents(disk)).filter(([path]) => path.startsWith('run/') && path !== 'run/inputs.json'),
  )
}

describe.each(methodNames)('a run of %s', (method) => {
  it('trains, and is evaluated together with zero-shot CLIP', async () => {
    const { learned, evaluation } = await evaluated(runBy(method))
    expect(evaluation).toMatchObject({ method, source: 'photo', target: 'sketch' })
    expect(evaluation.adapted.count).toBe(12)
    expect(Object.keys(learned).length > 0).toBe(definitionOf(method).learns)
    if (!definitionOf(method).learns) expect(evaluation.adapted).toEqual(evaluation.zeroShot)
  })
})

describe.each([...presetNames.map((preset) => runBy('ad-clip', preset)), runBy('dapl')])(
  'training by $method, preset $preset',
  (run) => {
    it('sees nothing of the labels of the target', async () => {
      const shuffled = Object.fromEntries(
        Object.entries(images).map(([path, bytes], i) => [
          path.startsWith('sketch/')
            ? `sketch/${classes[(7 * i + 2) % classes.length] ?? ''}/${path.split('/').at(-1)}`
            : path,
          bytes,
        ]),
      )
      expect(Object.keys(shuffled)).not.toEqual(Object.keys(images))
      const [own, other] = [await trainedFiles(run, images), await trainedFiles(run, shuffled)]
      expect(Object.keys(own).length).toBeGreaterThan(3)
      expect(other).toEqual(own)
    })
  },
)

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
