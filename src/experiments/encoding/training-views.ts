/** The views under which training sees an image. */
import { foldIn, keyFromSeed } from '../../dsl/random-key.js'
import type { ImageView } from '../../effects/image-view.js'
import { randomRegion } from '../../effects/image-view.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'

/** The least share of an image that a crop keeps. */
const leastArea = 0.5

/**
 * Every image as the CLIP sees it, mirrored, and `crops` random parts of it. The parts are the same for all images and seeds, so
 * that what the frozen encoder makes of them can be kept from one run to the next.
 */
export const trainingViews = (
  { crops = 0 }: Pick<AdaptationConfiguration, 'crops'>,
  whole: ImageView,
): readonly ImageView[] => [
  whole,
  { ...whole, flip: true },
  ...Array.from({ length: crops }, (_, i) =>
    randomRegion({ least: leastArea, most: 1 }, foldIn(keyFromSeed(0), i)),
  ),
]
