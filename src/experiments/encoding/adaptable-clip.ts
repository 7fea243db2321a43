/** A CLIP that is ready to be adapted: its towers, their weights, and its transform and view of images. */
import type { BlockActivation, ClipArchitecture, ClipTowers } from '../../model/index.js'
import { openAiTowers } from '../../model/index.js'
import type { ClipCheckpoint } from '../../formats/checkpoints/clip-checkpoint.js'
import type { ClipOptions } from '../../formats/checkpoints/completed-clip.js'
import { openAiPreprocessing, transformOf, viewOf } from '../../formats/checkpoints/image-preprocessing.js'
import type * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { ImageTransform, ImageView } from '../../effects/image-view.js'

export interface AdaptableClip {
  /** Where the weights were read, for messages. */
  readonly path: string
  readonly towers: ClipTowers
  /** What its towers were built from, where it is one of OpenAI's architectures. */
  readonly architecture?: ClipArchitecture
  /** How many tokens its text encoder knows; absent if its tokenizer writes no others. */
  readonly vocabularySize?: number
  /** Under the names of the towers' parameters. */
  readonly weights: NamedValues
  readonly transform: ImageTransform
  /** The view of an image in evaluation, and in training without random crops. */
  readonly view: ImageView
  /** The activation that is assumed, where nothing states it: it belongs into the record of a run. */
  readonly assumedActivation?: BlockActivation
}

/** Reads the CLIP that a configuration names. */
export type ClipReader = (path: string, options: ClipOptions) => Effect.Effect<AdaptableClip>

/** The transform of OpenAI's CLIPs at an architecture's resolution. */
export const clipTransform = ({ imageResolution }: ClipArchitecture): ImageTransform =>
  transformOf(openAiPreprocessing, imageResolution)

/**
 * A CLIP of OpenAI's architecture, with the transform and the view that its configurations state.
 *
 * @example
 * pipe(readClip('clip.safetensors'), Effect.map(adaptableClip))
 */
export const adaptableClip = ({
  path,
  architecture,
  weights,
  preprocessing,
  assumed,
}: ClipCheckpoint): AdaptableClip => ({
  path,
  architecture,
  towers: openAiTowers(architecture),
  vocabularySize: architecture.vocabSize,
  weights,
  transform: transformOf(preprocessing, architecture.imageResolution),
  view: viewOf(preprocessing),
  ...(assumed.includes('activation') ? { assumedActivation: architecture.textBlocks.activation } : {}),
})
