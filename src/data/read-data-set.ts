/** Reading a data set: from a folder on disk to the images of its domains. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { Failure } from '../effects/failure.js'
import { listed } from '../effects/listed.js'
import { printLine } from '../effects/operations.js'
import { findBadImages } from './check-images.js'
import type { DataSet, ImageDomain, LabelledImage } from './data-set.js'
import type { DataSetLayout, MissingImage, NamedImage, Reading } from './layout.js'
import type { LayoutName } from './layouts.js'
import { layouts } from './layouts.js'

export interface DataSetOptions {
  /** The layout; it is detected if not given. */
  readonly layout?: LayoutName | undefined
  /** Domains to read, in this order; all of them if not given. */
  readonly domains?: readonly string[] | undefined
  /** Names of the classes in the order of their numbers, if they are already known. */
  readonly classes?: readonly string[] | undefined
  /** Refuse a data set with an image that is missing or broken, instead of going on without it. */
  readonly strict?: boolean | undefined
}

/** The layout that a root looks like: the most particular one. Any folder is at least of layout `folder`. */
const recognisedLayout = (root: string): Effect.Effect<DataSetLayout<LayoutName>> =>
  pipe(
    layouts,
    Effect.traverseArray((layout) =>
      pipe(
        layout.recognises(root),
        Effect.map((recognised) => (recognised ? [layout] : [])),
      ),
    ),
    Effect.map((found) => found.flat().at(-1) ?? layouts[0]),
  )

/** The name of the layout that a root looks like: `folder` where it looks like none of the published ones. */
export const detectLayout = (root: string): Effect.Effect<LayoutName> =>
  pipe(
    recognisedLayout(root),
    Effect.map(({ name }) => name),
  )

/** Checks that each domain that is asked for exists, and is named once. */
const chooseDomains = (
  root: string,
  present: readonly string[],
  wanted: readonly string[],
): E.Either<Failure, readonly string[]> => {
  const refuse = (problem: string, advice: string): E.Either<Failure, never> =>
    E.left({ tag: 'InvalidSetting', field: 'data', at: root, problem, advice })
  if (present.length === 0) return refuse('no domains in it', 'it needs a folder for each domain')
  const unknown = wanted.find((name) => !present.includes(name))
  if (unknown !== undefined) return refuse(`no domain '${unknown}' in it`, `it has ${present.join(', ')}`)
  // Its images would be counted twice, and adapting a domain to itself has no meaning.
  const twice = wanted.find((name, i) => wanted.indexOf(name) !== i)
  return twice === undefined
    ? E.right(wanted)
    : refuse(`domain '${twice}' is asked for twice`, 'name different domains')
}

/** Numbers the classes. Fails with `InvalidSetting` if a domain has no images, or images of another class. */
const dataSetOf = (
  root: string,
  layout: DataSetLayout<LayoutName>,
  { domains }: Reading,
  classes: readonly string[],
): E.Either<Failure, DataSet> => {
  const labels = new Map(classes.map((name, label) => [name, label]))
  const labelled = (images: readonly NamedImage[]): readonly LabelledImage[] =>
    images.map(({ path, className }) => ({ path, label: labels.get(className) ?? -1 }))
  return pipe(
    domains,
    E.traverseArray(({ name, training, evaluation }): E.Either<Failure, ImageDomain> => {
      const place = layout.place(root, name)
      const stranger = [...training, ...evaluation].find(({ className }) => !labels.has(className))
      if (stranger !== undefined) {
        return E.left({
          tag: 'InvalidSetting',
          field: 'data',
          at: place,
          problem: `domain '${name}' has images of class '${stranger.className}', which is not among the ${classes.length} known classes`,
          advice: 'take them out, or train a run with them',
        })
      }
      return training.length === 0 || evaluation.length === 0
        ? E.left({
            tag: 'InvalidSetting',
            field: 'data',
            at: place,
            problem: `domain '${name}' has no images`,
            advice: 'check the folder; jpg, png and webp are read',
          })
        : E.right({ name, training: labelled(training), evaluation: labelled(evaluation) })
    }),
    E.map((read) => ({ root, layout: layout.name, classes, domains: read })),
  )
}

const reportMissing = (missing: readonly MissingImage[]): Effect.Effect<unknown> =>
  pipe(
    missing,
    Effect.traverseArray(({ path, listed: list }) =>
      printLine(`skipped: ${path}: no such file, though ${list} names it`),
    ),
  )

/** Reports classes that have no images in some domain: they remain classes, but cannot be learned from that domain. */
const reportPartialClasses = ({ classes, domains }: DataSet): Effect.Effect<unknown> => {
  const present = domains.map(({ training }) => new Set(training.map(({ label }) => label)))
  const partial = classes.flatMap((name, label) => {
    const without = domains.flatMap((domain, i) => (present[i]?.has(label) === true ? [] : [domain.name]))
    return without.length === 0 || without.length === domains.length
      ? []
      : [`${name} (no images in ${without.join(', ')})`]
  })
  return pipe(listed('classes that not every domain has', partial), Effect.traverseArray(printLine))
}

/** Fails with `BadImages`, naming every image that is missing or broken. */
const refuseBadImages = (
  { root, domains }: DataSet,
  missing: readonly MissingImage[],
): Effect.Effect<void> => {
  const paths = new Set(
    domains.flatMap(({ training, evaluation }) => [...training, ...evaluation]).map(({ path }) => path),
  )
  return pipe(
    findBadImages([...paths]),
    Effect.flatMap((broken) => {
      const images = [
        ...missing.map(({ path, listed: list }) => ({
          path,
          problem: `no such file, though ${list} names it`,
        })),
        ...broken,
      ]
      return images.length === 0 ? Effect.unit : Effect.left({ tag: 'BadImages', root, images })
    }),
  )
}

/**
 * The images of a data set's domains, by one of these layouts:
 * - `folder`: `<root>/<domain>/<class>/*.{jpg,jpeg,png,webp}`; classes are counted over the domains that are read;
 * - `office-home`: the same, with domains art, clipart, product, real_world under their published folder names;
 * - `visda-2017`: `train/image_list.txt` (domain synthetic) and `validation/image_list.txt` (domain real);
 * - `mini-domainnet`: `splits_mini/<domain>_{train,test}.txt`; trained on the one, evaluated on the other.
 *
 * Classes without images in some of the domains are reported once.
 *
 * No image is opened unless `strict` is set. Images that a list names and that are missing are reported and left out.
 *
 * Fails with `InvalidSetting` if a domain is unknown, named twice, without images, or has images of a class that is not in
 * `classes`; with `FileBroken` if a line of a list is not a path and a number, or a list numbers its classes in two ways;
 * with `BadImages` if it is `strict` and an image is missing or cannot be decoded.
 *
 * @example
 * readDataSet('data/pacs', { domains: ['photo', 'sketch'] })
 */
export const readDataSet = (
  root: string,
  { layout, domains, classes, strict = false }: DataSetOptions = {},
): Effect.Effect<DataSet> =>
  pipe(
    Effect.Do,
    Effect.bind('layout', () =>
      pipe(
        layouts.find(({ name }) => name === layout),
        (named) =>
          named === undefined ? recognisedLayout(root) : Effect.of<DataSetLayout<LayoutName>>(named),
      ),
    ),
    Effect.bind('present', (found) => found.layout.domainNames(root)),
    Effect.bindEither('chosen', ({ present }) => chooseDomains(root, present, domains ?? present)),
    Effect.bind('reading', (found) => found.layout.read(root, found.chosen)),
    Effect.tap(({ reading }) => (strict ? Effect.unit : reportMissing(reading.missing))),
    Effect.bindEither('dataSet', (found) =>
      dataSetOf(root, found.layout, found.reading, classes ?? found.reading.classes),
    ),
    Effect.tap(({ dataSet }) => reportPartialClasses(dataSet)),
    Effect.tap(({ reading, dataSet }) => (strict ? refuseBadImages(dataSet, reading.missing) : Effect.unit)),
    Effect.map(({ dataSet }) => dataSet),
  )
