/** A CLIP that is ready to be adapted: its towers, their weights, and how it takes images. */
import type { ClipArchitecture, ClipTowers } from '../../model/index.js'
import { openAiTowers } from '../../model/index.js'
import type { ClipCheckpoint } from '../../formats/checkpoints/clip-checkpoint.js'
import type { Effect } from '../../effects/effect.js'
import type { NamedValues } from '../../dsl/values/named-values.js'
import type { ImageTransform, ImageView } from '../../effects/image-view.js'
import { centreView, clipNormalisation } from '../../effects/image-view.js'

export interface AdaptableClip {
  /** Where the weights are from, for messages. */
  readonly path: string
  readonly towers: ClipTowers
  /** How many tokens its text encoder knows, where that is not left to the tokenizer that comes with it. */
  readonly vocabularySize?: number
  /** Under the names of the towers' parameters. */
  readonly weights: NamedValues
  readonly transform: ImageTransform
  /** The part of an image that is seen where nothing is drawn. */
  readonly view: ImageView
}

/** How a configuration's CLIP is come by. */
export type ClipReader = (path: string) => Effect<AdaptableClip>

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
