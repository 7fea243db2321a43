/** The sizes of CLIPs that OpenAI has published (Radford et al. 2021, tables 19 and 20), under their published names. */
import { keysOf } from '../../dsl/documents/literals.js'
import type { ClipArchitecture, ResNetClip, VisionTransformerClip } from './architecture.js'
import { openAiBlocks } from '../block-form.js'
import { headsOf, resNetOutputWidth } from './architecture.js'

/** Tokens that CLIP's tokenizer writes: 256 bytes, each within a word or at its end, 48,894 merges, and both ends of a text. */
export const clipVocabularySize = 49_408

const text = (textWidth: number) =>
  ({
    contextLength: 77,
    vocabSize: clipVocabularySize,
    textWidth,
    textHeads: headsOf(textWidth),
    textLayers: 12,
    textBlocks: openAiBlocks,
  }) as const

const transformer = (
  visionWidth: number,
  visionLayers: number,
  visionPatchSize: number,
  { embedDim, textWidth }: { readonly embedDim: number; readonly textWidth: number },
): VisionTransformerClip => ({
  kind: 'vit',
  embedDim,
  imageResolution: 224,
  visionLayers,
  visionWidth,
  visionHeads: headsOf(visionWidth),
  visionPatchSize,
  visionBlocks: openAiBlocks,
  ...text(textWidth),
})

const resNet = (visionLayers: ResNetClip['visionLayers'], embedDim: number): ResNetClip => ({
  kind: 'resnet',
  embedDim,
  imageResolution: 224,
  visionLayers,
  visionWidth: 64,
  visionHeads: headsOf(resNetOutputWidth(64)),
  ...text(512),
})

/** Sizes of the published CLIPs, at 224 × 224 pixels, smallest image encoder first. */
const published = {
  RN50: resNet([3, 4, 6, 3], 1024),
  RN101: resNet([3, 4, 23, 3], 512),
  'ViT-B/32': transformer(768, 12, 32, { embedDim: 512, textWidth: 512 }),
  'ViT-B/16': transformer(768, 12, 16, { embedDim: 512, textWidth: 512 }),
  'ViT-L/14': transformer(1024, 24, 14, { embedDim: 768, textWidth: 768 }),
} satisfies Readonly<Record<string, ClipArchitecture>>

export type PublishedName = keyof typeof published

/** The published CLIPs by name. */
export const publishedArchitectures: Readonly<Record<PublishedName, ClipArchitecture>> = published

/** Names of published CLIPs, smallest image encoder first. */
export const publishedNames = keysOf(publishedArchitectures)

/** The sizes of an image encoder as a text, without the resolution of its images. */
const sizesOf = (architecture: ClipArchitecture): string =>
  architecture.kind === 'vit'
    ? JSON.stringify([architecture.visionLayers, architecture.visionWidth, architecture.visionPatchSize])
    : JSON.stringify([architecture.visionLayers, architecture.visionWidth])

/**
 * The published name of an image encoder of these sizes, whatever the resolution of its images; none for other sizes.
 *
 * @example
 * publishedNameOf({ ...publishedArchitectures['ViT-L/14'], imageResolution: 336 }) // 'ViT-L/14'
 */
export const publishedNameOf = (architecture: ClipArchitecture): PublishedName | undefined =>
  publishedNames.find((name) => {
    const other = publishedArchitectures[name]
    return other.kind === architecture.kind && sizesOf(other) === sizesOf(architecture)
  })
