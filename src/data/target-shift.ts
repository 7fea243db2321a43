/** Targets whose labels are distributed otherwise than the source's: some of a domain's images, taken by class. Pure. */
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
])

/**
 * A label shift of a target: how images are taken, and the seed of what is drawn.
 *
 * - `long-tailed`: classes are put in a drawn order; of C classes, the one at place r from 0 on keeps the share factor^(-r / (C - 1)) of its
 *   images, at least one (the exponential profile of Cui et al. 2019, "Class-balanced loss", sec. 5.1).
 * - `few-classes`: that many classes, drawn, keep all their images; the others have none (the effective classes of Zanella et al.
 *   2025, "Realistic test-time adaptation of vision-language models", sec. 5.1). Classifiers still choose among all classes.
 */
export type TargetShift = t.TypeOf<typeof targetShift>

/** A label shift in words. */
export const describeTargetShift = (shift: TargetShift): string => {
  if (shift.kind === 'long-tailed')
    return `a long tail of classes, factor ${shift.factor}, seed ${shift.seed}`
  return `${shift.classes === 1 ? 'one class' : `${shift.classes} classes`} alone, seed ${shift.seed}`
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

/** How many images of so many the class at a place keeps, of so many classes. */
const keptOf = (shift: TargetShift, place: number, classes: number, count: number): number => {
  if (shift.kind === 'few-classes') return place < shift.classes ? count : 0
  const share = classes < 2 ? 1 : shift.factor ** (-place / (classes - 1))
  return Math.min(count, Math.max(1, Math.round(share * count)))
}

const shifted = (data: DataSet, domain: ImageDomain, shift: TargetShift): ImageDomain => {
  const key = keyFromSeed(shift.seed)
  // By folder and path, so that neither numbers of classes nor the order of lists decides.
  const present = [...byClass(data, [...domain.training, ...domain.evaluation])]
    .flatMap(([folder, images]) => (images.length > 0 ? [folder] : []))
    .toSorted()
  const places = inOrder(foldIn(key, 1), present)
  const kept = (images: readonly LabelledImage[]): readonly LabelledImage[] => {
    const own = byClass(data, images)
    const paths = new Set(
      places.flatMap((folder, place) => {
        const all = (own.get(folder) ?? []).map(({ path }) => path).toSorted()
        const drawn = inOrder(foldIn(foldIn(key, 2), present.indexOf(folder)), all)
        return drawn.slice(0, keptOf(shift, place, places.length, all.length))
      }),
    )
    return images.filter(({ path }) => paths.has(path))
  }
  return { ...domain, training: kept(domain.training), evaluation: kept(domain.evaluation) }
}

/**
 * A data set whose domain `target` has some of its images, in training and evaluation alike. Its classes stay all of them. The same
 * seed takes the same images, whatever the method, the source and the seed of a run. Without a shift it is the data set itself.
 *
 * Labels of the target decide which images there are, as in any data set; no method sees them.
 *
 * @example
 * const data: DataSet = { root: 'data', layout: 'folder', classes: [], classFolders: [], domains: [] }
 * const few = withTargetShift(data, 'sketch', { kind: 'few-classes', classes: 2, seed: 1 })
 */
export const withTargetShift = (data: DataSet, target: string, shift: TargetShift | undefined): DataSet =>
  shift === undefined
    ? data
    : {
        ...data,
        domains: data.domains.map((domain) =>
          domain.name === target ? shifted(data, domain, shift) : domain,
        ),
      }
