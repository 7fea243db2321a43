/** Targets whose labels are distributed otherwise than the source's: some of a domain's images, or some classes unknown. Pure. */
import * as t from 'io-ts'
import { integer, positiveInteger } from '../dsl/documents/integer.js'
import { numberIn } from '../dsl/documents/number-in.js'
import type { RandomKey } from '../values/random-key.js'
import { foldIn, keyFromSeed, permutation } from '../values/random-key.js'
import type { DataSet, ImageDomain, LabelledImage } from './data-set.js'

const factor = numberIn({
  words: 'a finite number of at least 1',
  contains: (x) => Number.isFinite(x) && x >= 1,
})

/** The codec of a label shift. */
export const targetShift = t.union([
  t.type({
    kind: t.literal('long-tailed'),
    /** The imbalance factor: the share of its images that the first class keeps, over that of the last. */
    factor,
    seed: integer,
  }),
  t.type({
    kind: t.literal('few-classes'),
    /** How many classes keep their images. */
    classes: positiveInteger,
    seed: integer,
  }),
  t.type({
    kind: t.literal('open-set'),
    /** How many classes of the target nothing is known of. */
    unknown: positiveInteger,
    seed: integer,
  }),
])

/**
 * A label shift of a target: how images are taken, and the seed of what is drawn.
 *
 * - `long-tailed`: classes are put in a drawn order; of C classes, the one at place r from 0 on keeps the share factor^(-r / (C - 1)) of its
 *   images, at least one (the exponential profile of Cui et al. 2019, "Class-balanced loss", sec. 5.1).
 * - `few-classes`: that many classes, drawn, keep all their images; the others have none (the effective classes of Zanella et al.
 *   2025, "Realistic test-time adaptation of vision-language models", sec. 5.1). Classifiers still choose among all classes: this is partial
 *   domain adaptation (Cao et al. 2018, "Partial transfer learning with selective adversarial networks").
 * - `open-set`: that many classes of the target, drawn, are unknown (Saito et al. 2018, "Open set domain adaptation by backpropagation"): they are no classes of
 *   the data set, other domains have none of their images, and those of the target have the label -1. At least one class stays known.
 */
export type TargetShift = t.TypeOf<typeof targetShift>

/** What targets have, in words. */
export const describeTargetShift = (shift: TargetShift): string => {
  switch (shift.kind) {
    case 'long-tailed':
      return `some of their images: a long tail of classes, factor ${shift.factor}, seed ${shift.seed}`
    case 'few-classes':
      return `some of their images: ${shift.classes === 1 ? 'one class' : `${shift.classes} classes`} alone, seed ${shift.seed}`
    case 'open-set':
      return `images of ${shift.unknown === 1 ? 'one unknown class' : `${shift.unknown} unknown classes`}, seed ${shift.seed}`
  }
}

/**
 * A label shift as options name it, its seed left out where it is 1: `long-tailed:20`, `few-classes:3:7`.
 *
 * @example
 * targetShiftName({ kind: 'few-classes', classes: 3, seed: 7 }) // 'few-classes:3:7'
 */
export const targetShiftName = (shift: TargetShift): string => {
  const ofSeed = shift.seed === 1 ? '' : `:${shift.seed}`
  switch (shift.kind) {
    case 'long-tailed':
      return `${shift.kind}:${shift.factor}${ofSeed}`
    case 'few-classes':
      return `${shift.kind}:${shift.classes}${ofSeed}`
    case 'open-set':
      return `${shift.kind}:${shift.unknown}${ofSeed}`
  }
}

/** The images of each class, by its folder. */
const byClass = (
  { classFolders }: Pick<DataSet, 'classFolders'>,
  images: readonly LabelledImage[],
): ReadonlyMap<string, readonly LabelledImage[]> =>
  new Map(
    classFolders.map((folder, label) => [folder, images.filter((image) => image.label === label)] as const),
  )

const inOrder = <A>(key: RandomKey, items: readonly A[]): readonly A[] =>
  permutation(key, items.length).flatMap((position) => {
    const item = items[position]
    return item === undefined ? [] : [item]
  })

type OpenSet = TargetShift & { readonly kind: 'open-set' }
/** A shift that leaves a target some of its images. */
type ShareOfImages = Exclude<TargetShift, OpenSet>

/** The folders of the classes that a domain has, drawn in an order by the seed. */
const drawnFolders = (
  data: DataSet,
  { training, evaluation }: ImageDomain,
  seed: number,
): readonly string[] => {
  // By folder, so that the numbers of classes do not decide.
  const present = [...byClass(data, [...training, ...evaluation])].flatMap(([folder, images]) =>
    images.length > 0 ? [folder] : [],
  )
  return inOrder(foldIn(keyFromSeed(seed), 1), present.toSorted())
}

/** How many images of so many the class at a place keeps, of so many classes. */
const keptOf = (shift: ShareOfImages, place: number, classes: number, count: number): number => {
  if (shift.kind === 'few-classes') return place < shift.classes ? count : 0
  const share = classes < 2 ? 1 : shift.factor ** (-place / (classes - 1))
  return Math.min(count, Math.max(1, Math.round(share * count)))
}

const shifted = (data: DataSet, domain: ImageDomain, shift: ShareOfImages): ImageDomain => {
  const key = keyFromSeed(shift.seed)
  const places = drawnFolders(data, domain, shift.seed)
  const sorted = places.toSorted()
  const kept = (images: readonly LabelledImage[]): readonly LabelledImage[] => {
    const own = byClass(data, images)
    const paths = new Set(
      places.flatMap((folder, place) => {
        const all = (own.get(folder) ?? []).map(({ path }) => path).toSorted()
        const drawn = inOrder(foldIn(foldIn(key, 2), sorted.indexOf(folder)), all)
        return drawn.slice(0, keptOf(shift, place, places.length, all.length))
      }),
    )
    return images.filter(({ path }) => paths.has(path))
  }
  return { ...domain, training: kept(domain.training), evaluation: kept(domain.evaluation) }
}

/** A data set without the images of unknown classes, whose label is -1, but for those of one domain. */
const knownOutside = (data: DataSet, target: string): DataSet => {
  const known = (images: readonly LabelledImage[]): readonly LabelledImage[] =>
    images.filter(({ label }) => label >= 0)
  return {
    ...data,
    domains: data.domains.map((domain) =>
      domain.name === target
        ? domain
        : { ...domain, training: known(domain.training), evaluation: known(domain.evaluation) },
    ),
  }
}

const withUnknown = (data: DataSet, target: string, { unknown, seed }: OpenSet): DataSet => {
  const domain = data.domains.find(({ name }) => name === target)
  const drawn = domain === undefined ? [] : drawnFolders(data, domain, seed)
  const strangers = new Set(drawn.slice(0, Math.min(unknown, data.classes.length - 1)))
  const kept = data.classFolders
    .map((_, label) => label)
    .filter((label) => !strangers.has(data.classFolders[label] ?? ''))
  const renumbered = (images: readonly LabelledImage[]): readonly LabelledImage[] =>
    images.map((image) => ({ ...image, label: kept.indexOf(image.label) }))
  return knownOutside(
    {
      ...data,
      classes: kept.flatMap((label) => data.classes[label] ?? []),
      classFolders: kept.flatMap((label) => data.classFolders[label] ?? []),
      domains: data.domains.map(({ name, training, evaluation }) => ({
        name,
        training: renumbered(training),
        evaluation: renumbered(evaluation),
      })),
    },
    target,
  )
}

/**
 * A data set whose domain `target` has other shares of classes, in training and evaluation alike. With `open-set`, it has fewer classes, and
 * images of the others are left in the target alone, with the label -1; else its classes stay all of them. The same
 * seed takes the same images, whatever the method, the source and the seed of a run. Without a shift it is the data set itself.
 *
 * Labels of the target decide which images there are, as in any data set; no method sees them.
 *
 * @example
 * const data: DataSet = { root: 'data', layout: 'folder', classes: [], classFolders: [], domains: [] }
 * const few = withTargetShift(data, 'sketch', { kind: 'few-classes', classes: 2, seed: 1 })
 */
export const withTargetShift = (data: DataSet, target: string, shift: TargetShift | undefined): DataSet => {
  if (shift === undefined) return data
  if (shift.kind === 'open-set') return withUnknown(data, target, shift)
  return {
    ...data,
    domains: data.domains.map((domain) => (domain.name === target ? shifted(data, domain, shift) : domain)),
  }
}

/**
 * The same data set where its classes are known already: those of a run that was trained under the shift, whose unknown classes were read with the label -1.
 */
export const withTargetShiftAgain = (
  data: DataSet,
  target: string,
  shift: TargetShift | undefined,
): DataSet => (shift?.kind === 'open-set' ? knownOutside(data, target) : withTargetShift(data, target, shift))
