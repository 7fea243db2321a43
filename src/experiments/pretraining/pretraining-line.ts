/** What a pretraining begins with, as a line for the person who started it. */
import type { DataSet } from '../../data/data-set.js'
import { counted } from '../../effects/counted.js'
import type { PretrainConfiguration } from './configuration.js'

/**
 * Classes, images, CLIP, engine and directory of a pretraining, in words.
 *
 * @example
 * // '7 classes; images: photo 1,670, sketch 3,929; CLIP of 96 pixels, 12 to a patch, embedding 128; engine onnx; runs/clip'
 * const line = (configuration: PretrainConfiguration, data: DataSet) => pretrainingLine(configuration, data, 'runs/clip')
 */
export const pretrainingLine = (
  { resolution, patch, embedding, engine }: PretrainConfiguration,
  { classes, domains }: DataSet,
  directory: string,
): string =>
  [
    counted(classes.length, 'class', 'classes'),
    `images: ${domains.map(({ name, training }) => `${name} ${training.length.toLocaleString('en')}`).join(', ')}`,
    `CLIP of ${resolution} pixels, ${patch} to a patch, embedding ${embedding}`,
    `engine ${engine}`,
    directory,
  ].join('; ')
