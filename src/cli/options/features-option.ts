/** `--features`: the folder in which image features are kept between commands. */
import { join } from 'node:path'
import { Option } from 'commander'
import type { Precision } from '../../engines/precision.js'

export const featuresOption = (): Option =>
  new Option('--features <dir>', 'read image features from this folder, and keep those that it lacks there')

/** The folder for image features. Features computed in half precision have a folder of their own in it. */
export const featuresFolder = (features: string | undefined, precision: Precision): string | undefined =>
  features === undefined || precision === 'float32' ? features : join(features, precision)
