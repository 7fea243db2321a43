/** Digests of what a run reads: its CLIP, and the list of images of each of its domains. Pure. */
import { relative } from '../../effects/paths.js'
import * as t from 'io-ts'
import type { DataSet, LabelledImage } from '../../data/data-set.js'
import { integer } from '../../dsl/documents/integer.js'
import type { NamedValues } from '../../values/named-values.js'
import { bytesOf } from '../../values/value.js'
import { digestOf } from './digest-of.js'

/** A value as JSON, the fields of its records by name: equal values give equal text. */
export const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** All that a digest of weights is taken of: names, types, shapes and values, in whatever file and order they were. */
export const weightParts = (weights: NamedValues): readonly (string | Uint8Array)[] =>
  Object.entries(weights)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { dtype, shape, data }]) => [JSON.stringify([name, dtype, shape]), bytesOf(data)])

const imageList = t.type({ images: integer, sha256: t.string })

/** How many images a list has, and the digest of their paths and classes. */
export type ImageListDigest = t.TypeOf<typeof imageList>

const domainDigests = t.type({ name: t.string, training: imageList, evaluation: imageList })

const clipDigest = t.type({
  weights: t.string,
  /** Of the architecture with its heads and activations, and of how images are prepared: what configurations state. */
  form: t.string,
})

/** Digests of a CLIP. */
export type ClipDigest = t.TypeOf<typeof clipDigest>

export const inputDigests = t.intersection([
  t.type({ domains: t.readonlyArray(domainDigests) }),
  t.partial({
    /** Absent where a run trains its own CLIP. */
    clipDigest,
  }),
])

/** Digests of the inputs of a run, as `inputs.json` keeps them. */
export type InputDigests = t.TypeOf<typeof inputDigests>

/** The path of an image below the root: the same wherever the data set lies. */
export const pathBelow = (root: string, path: string): string => relative(root, path)

/** Digest of a list of images, in any order. Files are not opened: only their paths below the root and their classes count. */
const listDigest = (
  { root, classes, classFolders }: Pick<DataSet, 'root' | 'classes' | 'classFolders'>,
  images: readonly LabelledImage[],
): ImageListDigest => {
  const lines = images.map(({ path, label }) =>
    JSON.stringify([pathBelow(root, path), classFolders[label], classes[label]]),
  )
  return { images: images.length, sha256: digestOf(lines.toSorted().join('\n')) }
}

/** Digests of the domains of a data set. */
export const domainsDigest = (data: DataSet): InputDigests['domains'] =>
  data.domains.map(({ name, training, evaluation }) => ({
    name,
    training: listDigest(data, training),
    evaluation: listDigest(data, evaluation),
  }))
