/** The architecture of a CLIP (Radford et al. 2021): its sizes and the form of its blocks, as data, and its dims. */
import { dim, plus, sized, times } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type { BlockForm } from '../block-form.js'

/** Sizes that a CLIP has whatever its image encoder. Widths are in features, resolutions in pixels. */
export interface ClipSizes {
  readonly embedDim: number
  readonly imageResolution: number
  readonly contextLength: number
  readonly vocabSize: number
  readonly textWidth: number
  readonly textHeads: number
  readonly textLayers: number
  /** What the blocks of the text tower compute. */
  readonly textBlocks: BlockForm
}

/** The sizes of a CLIP with a vision transformer. */
export interface VisionTransformerClip extends ClipSizes {
  readonly kind: 'vit'
  readonly visionLayers: number
  readonly visionWidth: number
  readonly visionHeads: number
  readonly visionPatchSize: number
  /** What the blocks of the image tower compute. */
  readonly visionBlocks: BlockForm
}

/** The sizes of a CLIP with the modified ResNet. */
export interface ResNetClip extends ClipSizes {
  readonly kind: 'resnet'
  /** Blocks of each of the four stages. */
  readonly visionLayers: readonly [number, number, number, number]
  /** Channels after the stem; stage i gives 4 · 2ⁱ times as many. */
  readonly visionWidth: number
  /** Heads of the attention pooling, whose width is that of the last stage. */
  readonly visionHeads: number
}

/** The sizes of a CLIP. */
export type ClipArchitecture = VisionTransformerClip | ResNetClip

/** Pixels to a side of one cell of the modified ResNet's last stage: the stem and stages halve five times. */
export const resNetStride = 32

/** Features of each level of the image encoder: of every block of a vision transformer, of every stage of a ResNet. */
export const levelWidths = (architecture: ClipArchitecture): readonly number[] => {
  const { visionWidth } = architecture
  return architecture.kind === 'vit'
    ? Array.from({ length: architecture.visionLayers }, () => visionWidth)
    : architecture.visionLayers.map((_, stage) => 4 * visionWidth * 2 ** stage)
}

/** Channels of a ResNet's last stage, from the width of its stem. */
export const resNetOutputWidth = (visionWidth: number): number => 32 * visionWidth

/** Features that the image tower gives, which its heads share: in a ResNet those of its attention pooling. */
export const visionOutputWidth = (architecture: ClipArchitecture): number =>
  architecture.kind === 'vit' ? architecture.visionWidth : resNetOutputWidth(architecture.visionWidth)

/** Heads of a tower: as many as 64 features go into its width, as the original loader has it; one at least. */
export const headsOf = (width: number): number => Math.max(Math.floor(width / 64), 1)

/**
 * The dims of an architecture under the names that types and messages show:
 *
 * - `G` cells to a side, of `P` pixels: images are [B,3,'G*P','G*P'], tokens 'G*G+1' (the class token first, or the
 *   mean of a ResNet's cells). A cell is a patch, or what one cell of a ResNet's last stage stands for;
 * - `Hv` heads of `Ev` in the vision tower or a ResNet's attention pooling, whose width is 'Hv*Ev'; `Ht` and `Et` in
 *   the text tower;
 * - `E` the joint embedding, `V` the vocabulary, `X` the context length.
 */
export const clipDims = (architecture: ClipArchitecture) => {
  const { imageResolution, visionHeads } = architecture
  const cell = architecture.kind === 'vit' ? architecture.visionPatchSize : resNetStride
  const grid = sized('G', imageResolution / cell)
  const patch = sized('P', cell)
  const vision = {
    heads: sized('Hv', visionHeads),
    headWidth: sized('Ev', visionOutputWidth(architecture) / visionHeads),
  }
  const text = {
    heads: sized('Ht', architecture.textHeads),
    headWidth: sized('Et', architecture.textWidth / architecture.textHeads),
  }
  return {
    grid,
    patch,
    side: times(grid, patch),
    patchSize: times(times(dim(3), patch), patch),
    imageTokens: plus(times(grid, grid), dim(1)),
    vision,
    visionWidth: times(vision.heads, vision.headWidth),
    text,
    textWidth: times(text.heads, text.headWidth),
    embedding: sized('E', architecture.embedDim),
    vocabulary: sized('V', architecture.vocabSize),
    context: sized('X', architecture.contextLength),
  } as const
}

/** The dims of a CLIP, as values. */
export type ClipDims = ReturnType<typeof clipDims>
/** Width of the vision tower, as types show it. */
export type VisionWidth = 'Hv*Ev'
/** Width of the text tower, as types show it. */
export type TextWidth = 'Ht*Et'
/** Images as an encoder takes them: normalised, channels first. */
export type Images<B> = Tensor<[B, 3, 'G*P', 'G*P']>
/** Tokens of the vision tower, the class token first. */
export type ImageTokens = 'G*G+1'
