/** The views under which training sees an image. */
import { foldIn, keyFromSeed } from '../../values/random-key.js'
import type { ImageView } from '../../effects/image-view.js'
import { randomRegion } from '../../effects/image-view.js'

/** The least share of an image that a crop keeps. */
const leastArea = 0.5

/**
 * The whole image as the CLIP sees it, its mirror image, and `crops` random parts of it. The parts are the same for all
 * images and seeds, so that the encoder's outputs can be kept from one run to the next.
 */
export const trainingViews = (
  { crops = 0 }: { readonly crops?: number | undefined },
  whole: ImageView,
): readonly ImageView[] => [
  whole,
  { ...whole, flip: true },
  ...Array.from({ length: crops }, (_, i) =>
    randomRegion({ least: leastArea, most: 1 }, foldIn(keyFromSeed(0), i)),
  ),
]
