/** Metadata of an exported model: what is needed to use it without this library. */
import type { AdaptableClip } from '../encoding/adaptable-clip.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'
import type { ImageView } from '../../effects/image-view.js'

/** How the square of an image is made: what is resized to which side, and what is then cut off or put around it. */
const squareOf = ({ tag }: ImageView, side: number, kernel: object): object => {
  const square = { width: side, height: side, position: 'centre' }
  if (tag === 'Stretch') return { resize: { width: side, height: side, ...kernel } }
  return tag === 'Fit'
    ? { resize: { longerSide: side, ...kernel }, pad: { ...square, colour: [0, 0, 0] } }
    : { resize: { shorterSide: side, ...kernel }, crop: square }
}

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
  { transform, view }: Pick<AdaptableClip, 'transform' | 'view'>,
): Readonly<Record<string, string>> => ({
  classes: JSON.stringify(classes),
  preprocessing: JSON.stringify({
    colour: 'RGB',
    layout: 'NCHW',
    ...squareOf(view, transform.resolution, {
      interpolation: transform.interpolation ?? 'bicubic',
      antialias: true,
    }),
    scale: 1 / 255,
    mean: transform.mean,
    standardDeviation: transform.deviation,
  }),
  method,
  ...(preset === undefined ? {} : { preset }),
  source,
  target,
  seed: String(seed),
  producer: `tensile ${version}`,
})
