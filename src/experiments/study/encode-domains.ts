/** Encoding the domains of a study once, for all of its runs. */
import { pipe } from 'fp-ts/lib/function.js'
import type { EncodedDomain, ImageEncoder } from '../encoding/image-encoder.js'
import { encodeKeeping, encodedBefore } from '../encoding/image-encoder.js'
import { trainingViews } from '../encoding/training-views.js'
import type { AdaptableClip } from '../encoding/adaptable-clip.js'
import type { DataSet, LabelledImage } from '../../data/data-set.js'
import { domainImages } from '../../data/data-set.js'
import { purposes } from '../../data/layout.js'
import * as Effect from '../../effects/effect.js'
import type { ImageView } from '../../effects/image-view.js'
import type { Cell } from './cell.js'

/** Images of a domain, for whatever purpose, each once. */
const allImages = (data: DataSet, domain: string): readonly LabelledImage[] => [
  ...new Map(
    purposes.flatMap((purpose) => domainImages(data, domain, purpose)).map((image) => [image.path, image]),
  ).values(),
]

/** The views that any of the runs trains on; among them is the one that all are evaluated on. */
const allViews = (cells: readonly Cell[], whole: ImageView): readonly ImageView[] => [
  ...new Map(
    cells
      .flatMap(({ variant }) => trainingViews(variant.configuration, whole))
      .map((view) => [JSON.stringify(view), view]),
  ).values(),
]

/**
 * Encodes the domains that these runs need, all their images under all their views, and keeps what comes of it in
 * memory for as long as the study lasts: for each image and view the feature and the moments of every level, 76 kB with
 * a ViT-B/16. In a folder of `features` it is kept from study to study, too.
 */
export const encodeDomains = (
  clip: AdaptableClip,
  data: DataSet,
  cells: readonly Cell[],
  features?: string,
): Effect.Effect<ImageEncoder> => {
  const domains = [...new Set(cells.flatMap(({ source, target }) => [source, target]))]
  const views = allViews(cells, clip.view)
  return pipe(
    domains,
    Effect.traverseArray((domain) =>
      pipe(
        encodeKeeping(features)(clip, domain, allImages(data, domain), views),
        Effect.map((set): EncodedDomain => ({ domain, views, set })),
      ),
    ),
    Effect.map(encodedBefore),
  )
}
