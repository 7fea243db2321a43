/** How runs come by encoded images: through the encoder, or from what went through it before. */
import type { EncodedSet } from './encode-views.js'
import { encodeViews } from './encode-views.js'
import type { AdaptableClip } from './adaptable-clip.js'
import type { LabelledImage } from '../../data/data-set.js'
import type { Effect } from '../../effects/effect.js'
import { of } from '../../effects/effect.js'
import type { NamedValues } from '../../dsl/values/named-values.js'
import type { ImageView } from '../../effects/image-view.js'
import { pickNamedRows } from '../../dsl/values/rows.js'

/** Encodes images of a domain under each view; images that cannot be read are left out. */
export type ImageEncoder = (
  clip: AdaptableClip,
  domain: string,
  images: readonly LabelledImage[],
  views: readonly ImageView[],
) => Effect<EncodedSet>

/** Images per run of the frozen encoder. */
export const encodingBatch = 32

/**
 * Decodes the images and runs the encoder on them; only on those that this folder has nothing of, where one is given to
 * keep what the encoder gives.
 */
export const encodeKeeping =
  (features: string | undefined): ImageEncoder =>
  (clip, domain, images, views) =>
    encodeViews(clip, images, {
      label: `encoding ${domain}`,
      batch: encodingBatch,
      views,
      features,
    })

/** Decodes the images and runs the encoder on them. */
export const encodeAfresh: ImageEncoder = encodeKeeping(undefined)

/** Images of a domain that have been encoded, under views. */
export interface EncodedDomain {
  readonly domain: string
  readonly views: readonly ImageView[]
  readonly set: EncodedSet
}

/** Rows of a set for those of the images that it holds, under those views; `undefined` if it lacks a view or all images. */
const rowsFor = (
  { set, views: present }: EncodedDomain,
  images: readonly LabelledImage[],
  views: readonly ImageView[],
): EncodedSet | undefined => {
  const positions = new Map(set.images.map(({ path }, row) => [path, row]))
  const rows = images.flatMap(({ path }) => positions.get(path) ?? [])
  const tables = views.flatMap((view): readonly NamedValues[] => {
    const text = JSON.stringify(view)
    const found = set.views[present.findIndex((other) => JSON.stringify(other) === text)]
    return found === undefined ? [] : [found]
  })
  return rows.length === 0 || tables.length < views.length
    ? undefined
    : {
        images: images.filter(({ path }) => positions.has(path)),
        views: tables.map((table) => pickNamedRows(table, rows)),
      }
}

/**
 * Gives what these domains were encoded to, by the same CLIP. What is not among them is encoded afresh; images that
 * could not be read the first time are left out without another word.
 */
export const encodedBefore =
  (domains: readonly EncodedDomain[]): ImageEncoder =>
  (clip, domain, images, views) => {
    const known = domains.find((encoded) => encoded.domain === domain)
    const found = known === undefined ? undefined : rowsFor(known, images, views)
    return found === undefined ? encodeAfresh(clip, domain, images, views) : of(found)
  }
