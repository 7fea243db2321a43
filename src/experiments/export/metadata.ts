/** Metadata of an exported model: what is needed to use it without this library. */
import type { AdaptationConfiguration } from '../adaptation/configuration.js'
import type { ImageTransform } from '../../effects/image-view.js'

/**
 * `metadata_props` of a model: strings, those with a structure as JSON.
 *
 * - `classes`: names, in the order of the logits;
 * - `preprocessing`: how pixels become `images`;
 * - `method`, `preset`, `source`, `target`, `seed`, `producer`: its origin.
 */
export const modelMetadata = (
  { method, preset, source, target, seed, version }: AdaptationConfiguration,
  classes: readonly string[],
  { resolution, mean, deviation }: ImageTransform,
): Readonly<Record<string, string>> => ({
  classes: JSON.stringify(classes),
  preprocessing: JSON.stringify({
    colour: 'RGB',
    layout: 'NCHW',
    resize: { shorterSide: resolution, interpolation: 'bicubic', antialias: true },
    crop: { width: resolution, height: resolution, position: 'centre' },
    scale: 1 / 255,
    mean,
    standardDeviation: deviation,
  }),
  method,
  ...(preset === undefined ? {} : { preset }),
  source,
  target,
  seed: String(seed),
  producer: `tensile ${version}`,
})
