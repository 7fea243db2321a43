/** How a run gets encoded images: from the encoder, or from memory. */
import { pipe } from 'fp-ts/lib/function.js'
import type { LabelledImage } from '../../data/data-set.js'
import type { NamedValues } from '../../values/named-values.js'
import * as Effect from '../../effects/effect.js'
import type { AdaptableClip } from './adaptable-clip.js'
import { encodeViews } from './encode-views.js'
import type { EncodedSet } from './encoded-set.js'
import { joinSets, rowsFor } from './encoded-set.js'
import type { KeptRows } from './training-views.js'

/** Encodes images of a domain as far as rows of them are kept; images that cannot be read are left out. */
export type ImageEncoder = (
  clip: AdaptableClip,
  domain: string,
  images: readonly LabelledImage[],
  rows: KeptRows,
) => Effect.Effect<EncodedSet>

/** Images per run of the frozen encoder. */
export const encodingBatch = 32

/**
 * Decodes images and runs the encoder on them. With a folder for features, only images that it does not hold are decoded
 * and encoded.
 */
export const imageEncoder =
  (features?: string): ImageEncoder =>
  (clip, domain, images, rows) =>
    encodeViews(clip, images, {
      label: `encoding ${domain}`,
      batch: encodingBatch,
      ...rows,
      features,
    })

/** Images of a domain that went through the encoder, and what is kept of them. */
export interface EncodedDomain {
  readonly domain: string
  readonly rows: KeptRows
  /** All images that were given to the encoder: those that are not in `set` cannot be read. */
  readonly images: readonly LabelledImage[]
  readonly set: EncodedSet
}

/** The set under these views alone, in this order; `undefined` if a view or a table is missing. */
const keptIn = (
  { set, rows: { views: present, tables: known } }: EncodedDomain,
  { views, tables: wanted }: KeptRows,
): EncodedSet | undefined => {
  if (wanted.some((table) => !known.includes(table))) return undefined
  const texts = present.map((view) => JSON.stringify(view))
  const tables = views.flatMap((view): readonly NamedValues[] => {
    const table = set.views[texts.indexOf(JSON.stringify(view))]
    return table === undefined ? [] : [table]
  })
  return tables.length === views.length ? { images: set.images, views: tables } : undefined
}

/**
 * An encoder that remembers these domains, encoded by the same CLIP. Other images, views and tables go through `encode`.
 * Images that could not be read the first time are left out without another message.
 */
export const encodedBefore =
  (domains: readonly EncodedDomain[], encode: ImageEncoder): ImageEncoder =>
  (clip, domain, images, rows) => {
    const own = domains.filter((encoded) => encoded.domain === domain)
    const known = own.find((encoded) => keptIn(encoded, rows) !== undefined) ?? own[0]
    if (known === undefined) return encode(clip, domain, images, rows)
    const given = new Set(known.images.map(({ path }) => path))
    const readable = new Set(known.set.images.map(({ path }) => path))
    const wanted = images.filter(({ path }) => readable.has(path) || !given.has(path))
    // Where none can be read, the encoder says so.
    if (wanted.length === 0) return encode(clip, domain, images, rows)
    const set = keptIn(known, rows)
    if (set === undefined) return encode(clip, domain, wanted, rows)
    const found = rowsFor(set, wanted)
    const others = wanted.filter(({ path }) => !given.has(path))
    if (found.images.length === 0) return encode(clip, domain, wanted, rows)
    return others.length === 0
      ? Effect.of(found)
      : pipe(
          encode(clip, domain, others, rows),
          Effect.map((fresh) => rowsFor(joinSets([found, fresh], rows.views.length), wanted)),
        )
  }
