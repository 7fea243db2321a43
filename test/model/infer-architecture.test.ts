import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { TensorShapes } from '../../src/model/index.js'
import { inferArchitecture, openAiBlocks } from '../../src/model/index.js'
import { expectLeft } from '../expect-either.js'

const blocks = (prefix: string, layers: number, width: number): TensorShapes =>
  Object.fromEntries(
    Array.from({ length: layers }, (_, i) => [`${prefix}.resblocks.${i}.ln_1.weight`, [width]]),
  )

const text = (width: number): TensorShapes => ({
  positional_embedding: [77, width],
  'token_embedding.weight': [49408, width],
  ...blocks('transformer', 12, width),
})

/** Shapes that tell the sizes, as they are in a file of OpenAI's. */
const visionTransformer = (
  width: number,
  layers: number,
  patch: number,
  tokens: number,
  embedding: number,
  textWidth: number,
): TensorShapes => ({
  'visual.conv1.weight': [width, 3, patch, patch],
  'visual.positional_embedding': [tokens, width],
  'visual.proj': [width, embedding],
  ...blocks('visual.transformer', layers, width),
  ...text(textWidth),
})

const resNet50: TensorShapes = {
  'visual.conv1.weight': [32, 3, 3, 3],
  'visual.attnpool.positional_embedding': [50, 2048],
  'visual.attnpool.c_proj.weight': [1024, 2048],
  ...Object.fromEntries(
    [3, 4, 6, 3].flatMap((count, stage) =>
      Array.from({ length: count }, (_, block) => [
        `visual.layer${stage + 1}.${block}.conv1.weight`,
        [64 * 2 ** stage, 64, 1, 1],
      ]),
    ),
  ),
  ...text(512),
}

const textSizes = { contextLength: 77, vocabSize: 49408, textLayers: 12, textBlocks: openAiBlocks }

describe('the architecture of a file', () => {
  it.each([
    {
      name: 'ViT-B/16',
      shapes: visionTransformer(768, 12, 16, 197, 512, 512),
      sizes: {
        embedDim: 512,
        imageResolution: 224,
        visionLayers: 12,
        visionWidth: 768,
        visionHeads: 12,
        visionPatchSize: 16,
        textWidth: 512,
        textHeads: 8,
      },
    },
    {
      name: 'ViT-B/32',
      shapes: visionTransformer(768, 12, 32, 50, 512, 512),
      sizes: {
        embedDim: 512,
        imageResolution: 224,
        visionLayers: 12,
        visionWidth: 768,
        visionHeads: 12,
        visionPatchSize: 32,
        textWidth: 512,
        textHeads: 8,
      },
    },
    {
      name: 'ViT-L/14@336px',
      shapes: visionTransformer(1024, 24, 14, 577, 768, 768),
      sizes: {
        embedDim: 768,
        imageResolution: 336,
        visionLayers: 24,
        visionWidth: 1024,
        visionHeads: 16,
        visionPatchSize: 14,
        textWidth: 768,
        textHeads: 12,
      },
    },
  ])('is $name for a file of OpenAI with its shapes', ({ shapes, sizes }) => {
    expect(inferArchitecture(shapes)).toEqual(
      E.right({ kind: 'vit', visionBlocks: openAiBlocks, ...textSizes, ...sizes }),
    )
  })

  it("is RN50 for OpenAI's file of it", () => {
    expect(inferArchitecture(resNet50)).toEqual(
      E.right({
        kind: 'resnet',
        ...textSizes,
        embedDim: 1024,
        imageResolution: 224,
        visionLayers: [3, 4, 6, 3],
        visionWidth: 64,
        visionHeads: 32,
        textWidth: 512,
        textHeads: 8,
      }),
    )
  })

  it('has as many heads as 64 features go into a width, and one at least', () => {
    for (const [width, heads] of [
      [32, 1],
      [64, 1],
      [100, 1],
      [160, 2],
    ] as const)
      expect(inferArchitecture(visionTransformer(width, 1, 4, 5, 8, 64))).toMatchObject({
        right: { visionHeads: heads },
      })
  })

  const right = visionTransformer(64, 1, 4, 5, 8, 64)

  it.each([
    'visual.conv1.weight',
    'visual.positional_embedding',
    'visual.proj',
    'positional_embedding',
    'token_embedding.weight',
  ])('cannot be inferred from a file without %s, or where it has another rank', (tensor) => {
    const without = Object.fromEntries(Object.entries(right).filter(([name]) => name !== tensor))
    expect(expectLeft(inferArchitecture(without))).toEqual({ tensor, problem: 'is missing' })
    expect(expectLeft(inferArchitecture({ ...right, [tensor]: [3] }))).toEqual({
      tensor,
      problem: expect.stringMatching(/^has shape \[3\], not \d axes$/),
    })
  })

  it('must have a square of patches', () => {
    expect(expectLeft(inferArchitecture({ ...right, 'visual.positional_embedding': [7, 64] }))).toEqual({
      tensor: 'visual.positional_embedding',
      problem: 'has 7 positions, which are not one more than a square',
    })
  })
})
