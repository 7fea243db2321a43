/** A CLIP that is ready to be adapted: its towers, their weights, and its transform and view of images. */
import type { ClipArchitecture, ClipTowers } from '../../model/index.js'
import { openAiTowers } from '../../model/index.js'
import type { ClipCheckpoint } from '../../formats/checkpoints/clip-checkpoint.js'
import type * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { ImageTransform, ImageView } from '../../effects/image-view.js'
import { centreView, clipNormalisation } from '../../effects/image-view.js'

export interface AdaptableClip {
  /** Where the weights were read, for messages. */
  readonly path: string
  readonly towers: ClipTowers
  /** How many tokens its text encoder knows; absent if its tokenizer writes no others. */
  readonly vocabularySize?: number
  /** Under the names of the towers' parameters. */
  readonly weights: NamedValues
  readonly transform: ImageTransform
  /** The view of an image in evaluation, and in training without random crops. */
  readonly view: ImageView
}

/** Reads the CLIP that a configuration names. */
export type ClipReader = (path: string) => Effect.Effect<AdaptableClip>

/** CLIP's transform at an architecture's resolution. */
export const clipTransform = ({ imageResolution }: ClipArchitecture): ImageTransform => ({
  resolution: imageResolution,
  ...clipNormalisation,
})

/**
 * A CLIP of OpenAI's architecture, with its transform and its centre crop.
 *
 * @example
 * pipe(readClip('clip.safetensors'), Effect.map(adaptableClip))
 */
export const adaptableClip = ({ path, architecture, weights }: ClipCheckpoint): AdaptableClip => ({
  path,
  towers: openAiTowers(architecture),
  vocabularySize: architecture.vocabSize,
  weights,
  transform: clipTransform(architecture),
  view: centreView,
})
