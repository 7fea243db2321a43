/** How a CLIP's images are prepared, as its configuration says it. */
import * as t from 'io-ts'
import type { ImageTransform, ImageView, Interpolation } from '../../effects/image-view.js'
import { centreView, clipNormalisation } from '../../effects/image-view.js'

/**
 * How the square of an image is made: the shorter side resized to the resolution and the centre of the rest, the longer
 * side resized and the rest black, or the whole image stretched.
 */
export type ResizeMode = 'shortest' | 'longest' | 'squash'

/** What is done with the pixels of an image, at whatever resolution. Mean and deviation are of values in [0, 1]. */
export interface ImagePreprocessing extends Omit<ImageTransform, 'resolution' | 'interpolation'> {
  readonly interpolation: Interpolation
  readonly resize: ResizeMode
}

/** The preprocessing of OpenAI's CLIPs. */
export const openAiPreprocessing: ImagePreprocessing = {
  ...clipNormalisation,
  interpolation: 'bicubic',
  resize: 'shortest',
}

/** A number for each of red, green and blue, or one for all three. */
export const colourNumbers = t.union([t.number, t.tuple([t.number, t.number, t.number])])

export const perColour = (numbers: number | ImageTransform['mean']): ImageTransform['mean'] =>
  typeof numbers === 'number' ? [numbers, numbers, numbers] : numbers

/** The view of an image in evaluation. */
export const viewOf = ({ resize }: ImagePreprocessing): ImageView => {
  if (resize === 'shortest') return centreView
  return { tag: resize === 'squash' ? 'Stretch' : 'Fit', flip: false }
}

/** The transform of images at a resolution. */
export const transformOf = (
  { mean, deviation, interpolation }: ImagePreprocessing,
  resolution: number,
): ImageTransform => ({ resolution, mean, deviation, interpolation })
