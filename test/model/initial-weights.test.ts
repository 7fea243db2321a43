import { describe, expect, it } from 'vitest'
import { keyFromSeed } from '../../src/values/random-key.js'
import type { TensorValue } from '../../src/values/value.js'
import type { ClipArchitecture } from '../../src/model/index.js'
import { inferArchitecture, initialClip, openAiBlocks } from '../../src/model/index.js'
import { initialPromptLearner } from '../../src/methods/index.js'
import { expectRight } from '../expect-either.js'

const architecture: ClipArchitecture = {
  kind: 'vit',
  embedDim: 48,
  imageResolution: 32,
  visionLayers: 2,
  visionWidth: 128,
  visionHeads: 2,
  visionPatchSize: 8,
  contextLength: 77,
  vocabSize: 500,
  textWidth: 64,
  textHeads: 1,
  textLayers: 3,
  textBlocks: openAiBlocks,
  visionBlocks: openAiBlocks,
}
const key = keyFromSeed(1)
const weights = initialClip(architecture, key)

const moments = (value: TensorValue | undefined): { readonly mean: number; readonly deviation: number } => {
  const data = [...(value?.data ?? [])]
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length
  return { mean, deviation: Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length) }
}

describe('a CLIP before training', () => {
  it('has the sizes of its architecture', () => {
    const shapes = Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, shape]))
    expect(expectRight(inferArchitecture(shapes))).toEqual(architecture)
  })

  // OpenAI's initialize_parameters, and PyTorch's default for what that leaves alone.
  it.each<readonly [string, number]>([
    ['visual.class_embedding', 128 ** -0.5],
    ['visual.positional_embedding', 128 ** -0.5],
    ['visual.proj', 128 ** -0.5],
    ['visual.transformer.resblocks.1.attn.in_proj_weight', 128 ** -0.5],
    ['visual.transformer.resblocks.1.attn.out_proj.weight', 128 ** -0.5 * 4 ** -0.5],
    ['visual.transformer.resblocks.0.mlp.c_fc.weight', 256 ** -0.5],
    ['visual.transformer.resblocks.0.mlp.c_proj.weight', 128 ** -0.5 * 4 ** -0.5],
    ['transformer.resblocks.2.attn.in_proj_weight', 64 ** -0.5],
    ['transformer.resblocks.2.mlp.c_proj.weight', 64 ** -0.5 * 6 ** -0.5],
    ['token_embedding.weight', 0.02],
    ['positional_embedding', 0.01],
    ['text_projection', 64 ** -0.5],
  ])('has %s drawn with deviation %d', (name, expected) => {
    const { mean, deviation } = moments(weights[name])
    const count = weights[name]?.data.length ?? 0
    expect(Math.abs(mean)).toBeLessThan((5 * expected) / Math.sqrt(count))
    expect(Math.abs(deviation / expected - 1)).toBeLessThan(5 / Math.sqrt(2 * count))
  })

  it('has norms that change nothing, biases of zero, and a temperature of 0.07', () => {
    for (const [name, { data }] of Object.entries(weights)) {
      if (/ln_\w+\.weight$/.test(name)) expect(new Set(data), name).toEqual(new Set([1]))
      if (name.endsWith('bias')) expect(new Set(data), name).toEqual(new Set([0]))
    }
    expect(weights['logit_scale']?.data[0]).toBeCloseTo(Math.log(1 / 0.07), 6)
  })

  it('depends on its key alone', () => {
    const again = initialClip(architecture, key)
    expect(Object.keys(again)).toEqual(Object.keys(weights))
    expect(again['visual.proj']).toEqual(weights['visual.proj'])
    const other = initialClip(architecture, keyFromSeed(2))
    expect(other['visual.proj']).not.toEqual(weights['visual.proj'])
    expect(weights['visual.transformer.resblocks.0.attn.out_proj.weight']).not.toEqual(
      weights['visual.transformer.resblocks.1.attn.out_proj.weight'],
    )
  })
})

describe('a prompt learner before training', () => {
  const widths = {
    levels: [128, 96],
    text: 64,
    styleHidden: 32,
    mappingHidden: 48,
    imageTokens: 4,
  } as const
  const learner = initialPromptLearner(widths, { imageTokens: 'shared' }, key)

  it('has each linear layer uniform within one over the root of its inputs, as PyTorch has', () => {
    for (const [name, { shape, data }] of Object.entries(learner)) {
      const inputs = learner[name.replace(/bias$/, 'weight')]?.shape[1] ?? Number.NaN
      const limit = 1 / Math.sqrt(inputs)
      expect(Math.max(...[...data].map(Math.abs)), name).toBeLessThanOrEqual(limit)
      if (shape.length === 2 && data.length > 1000)
        expect(Math.abs((moments(learner[name]).deviation * Math.sqrt(3)) / limit - 1), name).toBeLessThan(
          0.05,
        )
    }
  })

  it('has the shapes of the released implementation', () => {
    expect(
      Object.fromEntries(Object.entries(learner).map(([name, { shape }]) => [name, shape])),
    ).toMatchObject({
      'domain_tokens.linear1.1.weight': [32, 96],
      'domain_tokens.linear2.0.bias': [64],
      'style_mapping_tokens.linear1.0.weight': [48, 128],
      'style_mapping_tokens.linear2.1.weight': [64, 48],
      'image_tokens.linear.1.weight': [64, 96],
      'image_tokens.lin.weight': [1, 2],
    })
    const separate = initialPromptLearner(widths, { imageTokens: 'separate' }, key)
    expect(separate['image_tokens.lin.weight']?.shape).toEqual([4, 2])
  })
})
