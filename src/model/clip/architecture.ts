/** The sizes of a CLIP (Radford et al. 2021), as data, and as the dims that its types name. */
import { dim, plus, sized, times } from '../../dsl/index.js'

/** The sizes of a CLIP with a vision transformer. Widths are in features, resolutions in pixels. */
export interface ClipArchitecture {
  readonly kind: 'vit'
  readonly embedDim: number
  readonly imageResolution: number
  readonly visionLayers: number
  readonly visionWidth: number
  readonly visionHeads: number
  readonly visionPatchSize: number
  readonly contextLength: number
  readonly vocabSize: number
  readonly textWidth: number
  readonly textHeads: number
  readonly textLayers: number
}

/**
 * The dims of an architecture under the names that types and messages show:
 *
 * - `G` patches to a side, of `P` pixels: images are [B,3,'G*P','G*P'], tokens 'G*G+1' (the class token first);
 * - `Hv` heads of `Ev` in the vision tower, whose width is 'Hv*Ev'; `Ht` and `Et` in the text tower;
 * - `E` the joint embedding, `V` the vocabulary, `X` the context length.
 */
export const clipDims = (architecture: ClipArchitecture) => {
  const grid = sized('G', architecture.imageResolution / architecture.visionPatchSize)
  const patch = sized('P', architecture.visionPatchSize)
  const vision = {
    heads: sized('Hv', architecture.visionHeads),
    headWidth: sized('Ev', architecture.visionWidth / architecture.visionHeads),
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
/** Tokens of the vision tower, the class token first. */
export type ImageTokens = 'G*G+1'
