/** CLIPs small enough for thousands of cases. */
import type { DimHandle } from '../../dsl/index.js'
import { openAiTowers, openAiBlocks } from '../../model/index.js'
import type { TextTower, VisionTransformerClip } from '../../model/index.js'

/** A CLIP with one layer in each tower. Sizes that are not given are 1. */
export const smallClip = (wanted: Partial<VisionTransformerClip>): VisionTransformerClip => ({
  kind: 'vit',
  embedDim: 1,
  imageResolution: 1,
  visionLayers: 1,
  visionWidth: 1,
  visionHeads: 1,
  visionPatchSize: 1,
  contextLength: 1,
  vocabSize: 1,
  textWidth: 1,
  textHeads: 1,
  textLayers: 1,
  textBlocks: openAiBlocks,
  visionBlocks: openAiBlocks,
  ...wanted,
})

/** Weights of a residual attention block. */
export const blockCount = (width: number): number => 12 * width * width + 13 * width

/** Weights of the text tower without its token embedding: positions, one block, the last norm, the projection. */
export const textTowerCount = (width: number, context: number, features: number): number =>
  context * width + blockCount(width) + 2 * width + width * features

/** A small CLIP whose text tower has these sizes: the positions of a text, and the width of its feature, 1 if not given. */
export const textClip = (
  vocabulary: DimHandle<'V'>,
  heads: DimHandle<'Ht'>,
  headWidth: DimHandle<'Et'>,
  positions?: DimHandle<'X'>,
  features?: DimHandle<'E'>,
) =>
  smallClip({
    vocabSize: Number(vocabulary.dim),
    textHeads: Number(heads.dim),
    textWidth: Number(heads.dim) * Number(headWidth.dim),
    contextLength: Number(positions?.dim ?? 1),
    embedDim: Number(features?.dim ?? 1),
  })

/** A text tower of one head, for prompts that have no positions. */
export const textTower = (vocabulary: DimHandle<'V'>, width: DimHandle<'width'>): TextTower =>
  openAiTowers(smallClip({ vocabSize: Number(vocabulary.dim), textWidth: Number(width.dim) })).text
