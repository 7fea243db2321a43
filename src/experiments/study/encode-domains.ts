/** Hashing and encoding the images of a study once, for all of its runs. */
import { pipe } from 'fp-ts/lib/function.js'
import type { EncodedDomain, ImageEncoder } from '../encoding/image-encoder.js'
import { encodedBefore, imageEncoder } from '../encoding/image-encoder.js'
import type { KeptRows } from '../encoding/training-views.js'
import { keptRows } from '../encoding/training-views.js'
import type { AdaptableClip } from '../encoding/adaptable-clip.js'
import { hashed } from '../encoding/content-order.js'
import type { DataSet, ImageDomain, LabelledImage } from '../../data/data-set.js'
import { domainImages } from '../../data/data-set.js'
import { purposes } from '../../data/layout.js'
import * as Effect from '../../effects/effect.js'
import type { ImageView } from '../../effects/image-view.js'
import type { Cell } from './cell.js'
import type { StudyPlan } from './plan.js'
import type { Share } from './share.js'
import { shareOf } from './share.js'

/** Images of a domain for training and evaluation, each once. */
export const allImages = (data: DataSet, domain: string): readonly LabelledImage[] => [
  ...new Map(
    purposes.flatMap((purpose) => domainImages(data, domain, purpose)).map((image) => [image.path, image]),
  ).values(),
]

/** Values that differ as JSON, each once. */
const distinct = <A>(values: readonly A[]): readonly A[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
]

/** The views that any of the runs keeps, apart for runs that keep the same tables: an encoder with other outputs is another one. */
const allRows = (cells: readonly Cell[], whole: ImageView): readonly KeptRows[] => {
  const each = cells.map(({ variant }) => keptRows(variant.configuration, whole))
  return distinct(each.map(({ tables }) => tables)).map((tables) => ({
    tables,
    views: distinct(
      each.flatMap((rows) => (JSON.stringify(rows.tables) === JSON.stringify(tables) ? rows.views : [])),
    ),
  }))
}

/** A domain with the hashes of its training images, wherever they occur. */
const withHashes = (domain: ImageDomain): Effect.Effect<ImageDomain> =>
  pipe(
    domain.training,
    Effect.traverseArray(hashed),
    Effect.map((training) => {
      const known = new Map(training.map(({ path, sha256 }) => [path, sha256]))
      const evaluation = domain.evaluation.map((image): LabelledImage => {
        const sha256 = known.get(image.path)
        return sha256 === undefined ? image : { ...image, sha256 }
      })
      return { ...domain, training, evaluation }
    }),
  )

/** The data set with the hashes of the images that any of the runs adapts to: each run orders its target by them. */
export const withTargetHashes = (data: DataSet, cells: readonly Cell[]): Effect.Effect<DataSet> => {
  const targets = new Set(cells.map(({ target }) => target))
  return pipe(
    data.domains,
    Effect.traverseArray((domain) => (targets.has(domain.name) ? withHashes(domain) : Effect.of(domain))),
    Effect.map((domains) => ({ ...data, domains })),
  )
}

const domainsOf = (cells: readonly Cell[]): readonly string[] => [
  ...new Set(cells.flatMap(({ source, target }) => [source, target])),
]

/**
 * Encodes a share of the images of a plan's domains under all views that any of its runs keeps, and keeps the results in a folder:
 * once all shares are done, by whatever processes, no run encodes an image. What the folder holds is not computed again. Gives the
 * number of images; those that cannot be read are reported and left out.
 */
export const encodeShare = (
  { inputs: { clip, data }, cells }: StudyPlan,
  share: Share,
  features: string,
): Effect.Effect<number> => {
  const encode = imageEncoder(features)
  return pipe(
    domainsOf(cells),
    Effect.traverseArray((domain) => {
      const images = shareOf(share, allImages(data, domain))
      return images.length === 0
        ? Effect.of(0)
        : pipe(
            allRows(cells, clip.view),
            Effect.traverseArray((rows) => encode(clip, domain, images, rows)),
            Effect.map((sets) => sets[0]?.images.length ?? 0),
          )
    }),
    Effect.map((counts) => counts.reduce((sum, count) => sum + count, 0)),
  )
}

/**
 * Encodes the domains of these runs, all images under all views, and keeps the results in memory for the whole study:
 * for each image and view the feature and the moments of every level, 76 kB with a ViT-B/16, and the tables that methods read. A folder of `features`
 * keeps them from study to study, too.
 */
export const encodeDomains = (
  clip: AdaptableClip,
  data: DataSet,
  cells: readonly Cell[],
  features?: string,
): Effect.Effect<ImageEncoder> => {
  const encode = imageEncoder(features)
  return pipe(
    domainsOf(cells).flatMap((domain) => allRows(cells, clip.view).map((rows) => ({ domain, rows }))),
    Effect.traverseArray(({ domain, rows }) => {
      const images = allImages(data, domain)
      return pipe(
        encode(clip, domain, images, rows),
        Effect.map((set): EncodedDomain => ({ domain, rows, images, set })),
      )
    }),
    Effect.map((encoded) => encodedBefore(encoded, encode)),
  )
}
