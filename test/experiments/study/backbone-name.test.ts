import { describe, expect, it } from 'vitest'
import { backboneName } from '../../../src/experiments/study/backbone-name.js'
import type { ClipArchitecture } from '../../../src/model/index.js'
import { openAiBlocks } from '../../../src/model/index.js'
import { publishedArchitectures, publishedNames } from '../../../src/model/clip/published-architectures.js'

describe('the name of an image encoder', () => {
  it('is the published one, whatever the size of the images', () => {
    for (const name of publishedNames) {
      expect(backboneName(publishedArchitectures[name])).toBe(name)
      expect(backboneName({ ...publishedArchitectures[name], imageResolution: 96 })).toBe(name)
    }
  })

  it('is made of its sizes where nobody has published them', () => {
    const small: ClipArchitecture = {
      ...{ kind: 'vit', embedDim: 128, imageResolution: 96, visionPatchSize: 12 },
      ...{ visionLayers: 4, visionWidth: 128, visionHeads: 2 },
      ...{
        contextLength: 77,
        vocabSize: 49_408,
        textWidth: 128,
        textHeads: 2,
        textLayers: 3,
        textBlocks: openAiBlocks,
        visionBlocks: openAiBlocks,
      },
    }
    expect(backboneName(small)).toBe('ViT 4×128/12')
    const stages = [1, 1, 2, 1] as const
    const { visionPatchSize: _, visionHeads: __, ...rest } = small
    expect(
      backboneName({ ...rest, kind: 'resnet', visionLayers: stages, visionWidth: 16, visionHeads: 8 }),
    ).toBe('ResNet 1-1-2-1×16')
  })
})
