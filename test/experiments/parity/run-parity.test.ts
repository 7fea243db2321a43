import { describe, expect, it } from 'vitest'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { referenceEngine } from '../../../src/engines/reference/engine.js'
import { explain } from '../../../src/effects/explain.js'
import { decodeSafetensors } from '../../../src/formats/safetensors/encode.js'
import { memoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import { runParity } from '../../../src/experiments/parity/run-parity.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { attempt } from '../../support/mishaps.js'
import type { FixtureFiles, FixtureSizes } from '../../support/parity-fixture.js'
import {
  cut,
  drawnFixture,
  editTensors,
  nudged,
  unlikeClip,
  unlikeSizes,
  without,
} from '../../support/parity-fixture.js'

const fixture = drawnFixture(unlikeSizes)

const parity = async (files: FixtureFiles, engine = onnxEngine()) => {
  const disk = memoryDisk(
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`fixture/${name}`, bytes])),
  )
  return (await attempt(runParity('fixture'), { engine, disk })).outcome
}

/** Names of the rows that do not hold. */
const broken = async (files: FixtureFiles): Promise<readonly string[]> =>
  expectRight(await parity(files)).rows.flatMap(({ name, ok }) => (ok ? [] : [name]))

/** Replaces a piece of fixture.json, which must be there. */
const editJson =
  (piece: string, by: string) =>
  (files: FixtureFiles): FixtureFiles => {
    const text = new TextDecoder().decode(files['fixture.json'])
    expect(text).toContain(piece)
    return { ...files, 'fixture.json': Buffer.from(text.replace(piece, by)) }
  }

describe('parity with what the oracle computed', () => {
  it.each<{ readonly what: string; readonly sizes: FixtureSizes }>([
    { what: 'two blocks, heads of two widths', sizes: unlikeSizes },
    {
      what: 'one image, two classes, one block',
      sizes: { clip: { ...unlikeClip, vision_layers: 1, n_image_tokens: 1 }, batch: 1, classes: 2, steps: 2 },
    },
    {
      what: 'heads of 100 and 8 features',
      sizes: {
        ...unlikeSizes,
        clip: { ...unlikeClip, vision_width: 100, transformer_width: 40, transformer_heads: 5 },
      },
    },
    {
      what: 'many image tokens, a patch to an image',
      sizes: { ...unlikeSizes, clip: { ...unlikeClip, n_image_tokens: 6, vision_patch_size: 10 } },
    },
    {
      what: 'a ResNet',
      sizes: {
        ...unlikeSizes,
        clip: {
          ...unlikeClip,
          kind: 'resnet',
          vision_layers: [1, 1, 2, 1],
          vision_width: 6,
          image_resolution: 32,
        },
      },
    },
  ])('holds on ONNX Runtime whatever the sizes: $what', async ({ sizes }) => {
    expect(await broken(drawnFixture(sizes))).toEqual([])
  })

  it('holds on the reference engine itself, far within the tolerance', async () => {
    const { ok, rows } = expectRight(await parity(fixture, referenceEngine))
    expect(ok).toBe(true)
    expect(rows.filter(({ maxAbsDiff, allowed }) => maxAbsDiff > allowed / 20)).toEqual([])
  })

  it('has a row for every expected tensor and every loss', async () => {
    const { rows } = expectRight(await parity(fixture))
    const { tensors } = expectRight(
      decodeSafetensors('expected', fixture['expected.safetensors'] ?? new Uint8Array()),
    )
    const losses = ['loss_ce', 'loss_kl', 'loss_smn', 'loss_entropy', 'loss']
    expect(rows.map(({ name }) => name).toSorted()).toEqual(
      [
        ...Object.keys(tensors).filter((name) => !/^step.*image_tokens\.lin\.bias$/.test(name)),
        ...['step1', 'step2'].flatMap((step) => losses.map((loss) => `${step}.${loss}`)),
      ].toSorted(),
    )
  })
})

describe('parity with other numbers', () => {
  it.each([
    'forward.target_logits',
    'grad.image_tokens.linear.1.weight',
    'grad.image_tokens.lin.bias',
    'step1.domain_tokens.linear1.0.weight',
    'step2.style_mapping_tokens.linear2.0.bias',
  ])('does not hold in the row that differs: %s', async (name) => {
    expect(await broken(editTensors('expected.safetensors', nudged(name, 0.1))(fixture))).toEqual([name])
  })

  it('is refused where NaN is expected', async () => {
    const name = 'forward.source_features'
    const edited = editTensors('expected.safetensors', nudged(name, Number.NaN))(fixture)
    expect(expectLeft(await parity(edited))).toMatchObject({
      tag: 'NotFinite',
      quantity: `tensor '${name}'`,
      where: 'fixture/expected.safetensors',
    })
  })

  it('does not hold for a loss that differs', async () => {
    expect(await broken(editJson('"loss_smn":0', '"loss_smn":1')(fixture))).toEqual(['step1.loss_smn'])
  })

  it('does not hold for another learning rate', async () => {
    const names = await broken(editJson('"lr":0.003', '"lr":0.0001')(fixture))
    expect(names).toContain('step1.domain_tokens.linear1.0.weight')
  })

  it('does not hold for a learning rate that is a hundredth larger', async () => {
    const names = await broken(editJson('"lr":0.003', '"lr":0.00303')(fixture))
    expect(names).toContain('step1.domain_tokens.linear1.0.weight')
  })
})

describe('parity with a fixture that is broken', () => {
  const drop =
    (file: string) =>
    (files: FixtureFiles): FixtureFiles =>
      Object.fromEntries(Object.entries(files).filter(([name]) => name !== file))
  const reshaped = (tensors: NamedValues): NamedValues => ({
    ...tensors,
    'visual.proj': { dtype: 'f32', shape: [3, 2], data: new Float32Array(6) },
  })

  it.each<{
    readonly what: string
    readonly change: (files: FixtureFiles) => FixtureFiles
    readonly named: readonly string[]
  }>([
    {
      what: 'cut weights',
      change: cut('clip.safetensors', 5000),
      named: ['clip.safetensors', 'not a valid'],
    },
    { what: 'cut header', change: cut('expected.safetensors', 100), named: ['expected.safetensors'] },
    { what: 'empty file', change: cut('batch.safetensors', 0), named: ['batch.safetensors'] },
    {
      what: 'no weights',
      change: drop('prompt_learner.safetensors'),
      named: ['prompt_learner.safetensors', 'no such file'],
    },
    { what: 'no configuration', change: drop('fixture.json'), named: ['fixture.json', 'no such file'] },
    {
      what: 'no tensor of CLIP',
      change: editTensors('clip.safetensors', without('ln_final.weight')),
      named: ['clip.safetensors', "'ln_final.weight' is missing"],
    },
    {
      what: 'no tensor of the prompt learner',
      change: editTensors('prompt_learner.safetensors', without('image_tokens.lin.weight')),
      named: ['prompt_learner.safetensors', "'image_tokens.lin.weight' is missing"],
    },
    {
      what: 'no labels',
      change: editTensors('batch.safetensors', without('labels')),
      named: ['batch.safetensors', "'labels' is missing"],
    },
    ...[
      'forward.target_probs',
      'grad.domain_tokens.linear1.0.bias',
      'step1.image_tokens.lin.weight',
      'step2.image_tokens.lin.weight',
    ].map((name) => ({
      what: `nothing expected of ${name}`,
      change: editTensors('expected.safetensors', without(name)),
      named: ['expected.safetensors', `'${name}' is missing`],
    })),
    {
      what: 'unknown expectation',
      change: editTensors('expected.safetensors', (tensors) => ({
        ...tensors,
        'forward.mood': { dtype: 'f32', shape: [], data: Float32Array.of(1) },
      })),
      named: ['expected.safetensors', "'forward.mood' is not known"],
    },
    {
      what: 'wrong shape of a weight',
      change: editTensors('clip.safetensors', reshaped),
      named: ['clip.safetensors', "'visual.proj' is f32[3, 2], wanted f32[128, 24]"],
    },
    {
      what: 'wrong shape of an expectation',
      change: editTensors('expected.safetensors', (tensors) => ({
        ...tensors,
        'forward.source_logits': { dtype: 'f32', shape: [3, 2], data: new Float32Array(6) },
      })),
      named: ['expected.safetensors', "'forward.source_logits' is f32[3, 2], wanted f32[2, 3]"],
    },
    {
      what: 'labels of another type',
      change: editTensors('batch.safetensors', (tensors) => ({
        ...tensors,
        labels: { dtype: 'f32', shape: [2], data: Float32Array.of(0, 1) },
      })),
      named: ['batch.safetensors', "'labels' is f32[2], wanted i32[2]"],
    },
    {
      what: 'half a configuration',
      change: cut('fixture.json', 50),
      named: ['fixture.json', 'not a valid JSON file'],
    },
    {
      what: 'no batch size',
      change: editJson('"batch":2,', ''),
      named: ['fixture.json', 'batch is missing'],
    },
    {
      what: 'a size in words',
      change: editJson('"classes":3', '"classes":"three"'),
      named: ['classes is "three", wanted a whole number'],
    },
    {
      what: 'no steps',
      change: editJson('"steps":2', '"steps":0'),
      named: ['fixture.json', 'optimizer.steps is 0'],
    },
    {
      what: 'too few losses',
      change: editJson('"steps":2', '"steps":3'),
      named: ['losses has 2 entries', '3 steps'],
    },
    {
      what: 'a patch that does not fit',
      change: editJson('"vision_patch_size":5', '"vision_patch_size":4'),
      named: ['image_resolution is 10', 'cells of 4'],
    },
    {
      what: 'heads that do not fit',
      change: editJson('"transformer_heads":3', '"transformer_heads":5'),
      named: ['transformer_width is 36', '5 heads'],
    },
    {
      what: 'another number of image tokens',
      change: editJson('"n_image_tokens":2', '"n_image_tokens":3'),
      named: ['n_ctx is 6', 'make 7'],
    },
    {
      what: 'another batch size',
      change: editJson('"batch":2', '"batch":4'),
      named: ['batch.safetensors', 'wanted', '[4'],
    },
    {
      what: 'an encoder of another kind',
      change: editJson('"kind":"vit"', '"kind":"mlp"'),
      named: ['clip is {"kind":"mlp"', 'wanted an object of a known kind'],
    },
  ])('fails and names the fault: $what', async ({ change, named }) => {
    const words = explain(expectLeft(await parity(change(fixture))))
    for (const part of named) expect(words).toContain(part)
    expect(words.split('\n')).toHaveLength(2)
  })
})
