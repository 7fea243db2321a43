/** A data set as a value: domains of images that share their classes. No image has been opened to make it. */
import type { Purpose } from './layout.js'
import type { LayoutName } from './layouts.js'

/** An image and its class, as the position of the class's name in `DataSet.classes`. */
export interface LabelledImage {
  readonly path: string
  readonly label: number
  /** SHA-256 of the file in hexadecimal digits, where it has been computed. */
  readonly sha256?: string
}

/** Images of one domain, in an order that is the same at every reading. */
export interface ImageDomain extends Readonly<Record<Purpose, readonly LabelledImage[]>> {
  readonly name: string
  /** The images to train on: as a source, or without labels as a target. */
  readonly training: readonly LabelledImage[]
  /** The images to evaluate on: the same ones, unless the data set is published in two parts. */
  readonly evaluation: readonly LabelledImage[]
}

export interface DataSet {
  readonly root: string
  readonly layout: LayoutName
  /** Names of the classes of all its domains: by folder, or in the order of their numbers where lists number them. */
  readonly classes: readonly string[]
  /** The folder of each class, which is its name unless a file of class names gives another one. */
  readonly classFolders: readonly string[]
  /** In the order asked for. */
  readonly domains: readonly ImageDomain[]
}

/** Images of a domain by name; a data set that was read holds the domains that were asked for. */
export const domainImages = (
  { domains }: DataSet,
  name: string,
  purpose: Purpose,
): readonly LabelledImage[] => domains.find((domain) => domain.name === name)?.[purpose] ?? []

/**
 * A data set restricted to some of its domains, as if only these had been read: without classes that they do not have.
 *
 * @example
 * const data: DataSet = { root: 'data', layout: 'folder', classes: [], classFolders: [], domains: [] }
 * restrictTo(data, ['photo', 'sketch']).domains // at most these two, in this order
 */
export const restrictTo = (data: DataSet, names: readonly string[]): DataSet => {
  const domains = names.flatMap((name) => data.domains.filter((domain) => domain.name === name))
  const present = new Set(
    domains.flatMap(({ training, evaluation }) => [...training, ...evaluation]).map(({ label }) => label),
  )
  const kept = data.classes.map((_, label) => label).filter((label) => present.has(label))
  const renumbered = (images: readonly LabelledImage[]): readonly LabelledImage[] =>
    images.map((image) => ({ ...image, label: kept.indexOf(image.label) }))
  return {
    ...data,
    classes: kept.flatMap((label) => data.classes[label] ?? []),
    classFolders: kept.flatMap((label) => data.classFolders[label] ?? []),
    domains: domains.map(({ name, training, evaluation }) => ({
      name,
      training: renumbered(training),
      evaluation: renumbered(evaluation),
    })),
  }
}
