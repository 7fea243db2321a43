/** Reading a data set: from a folder on disk to the images of its domains. */
import { join } from '../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { Failure } from '../effects/failure.js'
import { listed } from '../effects/listed.js'
import { checkFolder, listFolder, printLine } from '../effects/operations.js'
import { findBadImages } from './check-images.js'
import type { DataSet, ImageDomain, LabelledImage } from './data-set.js'
import type { ClassNames } from './class-names.js'
import { classNameWarnings, readClassNames } from './class-names.js'
import type { FoundDataSet } from './find-data-set.js'
import { findDataSet } from './find-data-set.js'
import { imageSuffixes, isVisibleFolder } from './image-files.js'
import type { MissingImage, NamedImage, Reading } from './layout.js'
import type { LayoutName } from './layouts.js'
import { skippedLine } from './skipped.js'

/** Classes whose numbers are known, such as those that a run was trained on. */
export type KnownClasses = Pick<DataSet, 'classes' | 'classFolders'>

export interface DataSetOptions {
  /** The layout; it is detected if not given. */
  readonly layout?: LayoutName | undefined
  /** Domains to read, in this order; all of them if not given. */
  readonly domains?: readonly string[] | undefined
  /** The classes in the order of their numbers, if they are already known. */
  readonly known?: KnownClasses | undefined
  /** What is done with images of classes that are not among the known ones: refused if not given, else read with the label -1. */
  readonly strangers?: 'refuse' | 'unlabelled' | undefined
  /** A file with a line `n01443537 goldfish` for each class whose name is not that of its folder. */
  readonly classNames?: string | undefined
  /** Refuse a data set with an image that is missing or broken, instead of going on without it. */
  readonly strict?: boolean | undefined
}

/** The name of the layout that a root looks like: `folder` where it looks like none of the published ones. */
export const detectLayout = (root: string): Effect.Effect<LayoutName> =>
  pipe(
    findDataSet(root),
    Effect.map(({ layout }) => layout),
  )

const refuse = (at: string, problem: string, advice: string): E.Either<Failure, never> =>
  E.left({ tag: 'InvalidSetting', field: 'data', at, problem, advice })

const withoutImages = ({ domains }: FoundDataSet, name: string): E.Either<Failure, never> =>
  refuse(
    domains.place(name),
    `domain '${name}' has no images`,
    `check the folder; ${imageSuffixes.join(', ')} are read`,
  )

/** Checks that each domain that is asked for exists, and is named once. */
const chooseDomains = (
  found: FoundDataSet,
  folders: readonly string[],
  wanted: readonly string[],
): E.Either<Failure, readonly string[]> => {
  const { root, domains } = found
  const unknown = wanted.find((name) => !domains.names.includes(name))
  if (unknown !== undefined) {
    return folders.includes(unknown)
      ? withoutImages(found, unknown)
      : refuse(root, `no domain '${unknown}' in it`, `it has ${domains.names.join(', ')}`)
  }
  // Its images would be counted twice, and adapting a domain to itself has no meaning.
  const twice = wanted.find((name, i) => wanted.indexOf(name) !== i)
  return twice === undefined
    ? E.right(wanted)
    : refuse(root, `domain '${twice}' is asked for twice`, 'name different domains')
}

/** Numbers the classes. Fails with `InvalidSetting` if a domain has no images, or images of another class. */
const dataSetOf = (
  found: FoundDataSet,
  { domains }: Reading,
  { classes, classFolders }: KnownClasses,
  strangers: 'refuse' | 'unlabelled',
): E.Either<Failure, DataSet> => {
  const labels = new Map(classFolders.map((folder, label) => [folder, label]))
  const labelled = (images: readonly NamedImage[]): readonly LabelledImage[] =>
    images.map(({ path, className }) => ({ path, label: labels.get(className) ?? -1 }))
  return pipe(
    domains,
    E.traverseArray(({ name, training, evaluation }): E.Either<Failure, ImageDomain> => {
      const stranger =
        strangers === 'refuse'
          ? [...training, ...evaluation].find(({ className }) => !labels.has(className))
          : undefined
      if (stranger !== undefined) {
        return refuse(
          found.domains.place(name),
          `domain '${name}' has images of class '${stranger.className}', which is not among the ${classes.length} known classes`,
          'take them out, or train a run with them',
        )
      }
      return training.length === 0 || evaluation.length === 0
        ? withoutImages(found, name)
        : E.right({ name, training: labelled(training), evaluation: labelled(evaluation) })
    }),
    E.map((read) => ({ root: found.root, layout: found.layout, classes, classFolders, domains: read })),
  )
}

/** How many missing images are named. */
const namedAtMost = 8

const reportMissing = (missing: readonly MissingImage[]): Effect.Effect<unknown> =>
  pipe(
    [
      ...missing
        .slice(0, namedAtMost)
        .map(({ path, listed: list }) => `skipped: ${path}: no such file, though ${list} names it`),
      ...(missing.length > namedAtMost
        ? [`skipped: ${missing.length - namedAtMost} more images that lists name and that are missing`]
        : []),
    ],
    Effect.traverseArray(printLine),
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

/** The names of the classes: those of their folders, unless a file gives other ones. */
const namedClasses = (folders: readonly string[], file: string | undefined): Effect.Effect<KnownClasses> =>
  pipe(
    file === undefined ? Effect.of<ClassNames | undefined>(undefined) : readClassNames(file),
    Effect.map((given) => ({
      given,
      classes: folders.map((folder) => given?.get(folder) ?? folder),
    })),
    Effect.tap(({ given, classes }) =>
      pipe(classNameWarnings(folders, classes, given), Effect.traverseArray(printLine)),
    ),
    Effect.map(({ classes }) => ({ classes, classFolders: folders })),
  )

/** Names of all folders in a root. */
const folderNames = (root: string): Effect.Effect<readonly string[]> =>
  pipe(
    listFolder(root),
    Effect.map((entries) => entries.filter(isVisibleFolder).map(({ name }) => name)),
  )

/**
 * The images of a data set's domains, by one of these layouts:
 * - `folder`: `<root>/<domain>/<class>/*`; the folders of classes may also lie in `<domain>/images`, or in parts such as
 *   `<domain>/train` and `<domain>/val`: `train` is trained on; `test`, or else all parts, are evaluated on;
 * - `office-home`, `office-31`, `vlcs`: the same, with domains that are known by their published folder names;
 * - `visda-2017`: `train/image_list.txt` (domain synthetic) and `validation/image_list.txt` (domain real);
 * - `domainnet`: `<domain>_{train,test}.txt` in the root or in `splits`; trained on the one, evaluated on the other;
 * - `mini-domainnet`: the same in `splits_mini`;
 * - `pacs`: `splits/<domain>_{train,crossval}_kfold.txt` and `images`; trained on the first, evaluated on both.
 *
 * A root is also found one folder below the one that is given. Classes are counted over the domains that are read; those
 * without images in some of them are reported once, as is all that lies in the folders and is not read.
 *
 * No image is opened unless `strict` is set. Images that a list names and that are missing are reported and left out.
 *
 * Fails with `InvalidSetting` if no layout fits, naming what each one misses; if a domain is unknown, named twice, without
 * images, or has images of a class that is not among the known ones; with `FileBroken` if a line of a list is not a path
 * and a number, or a list numbers its classes in two ways; with `BadImages` if it is `strict` and an image is missing or
 * cannot be decoded.
 *
 * @example
 * readDataSet('data/pacs', { domains: ['photo', 'sketch'] })
 */
export const readDataSet = (
  root: string,
  { layout, domains, known, strangers = 'refuse', classNames, strict = false }: DataSetOptions = {},
): Effect.Effect<DataSet> =>
  pipe(
    Effect.Do,
    Effect.tap(() => checkFolder(root)),
    Effect.bind('found', () => findDataSet(root, layout)),
    Effect.bind('folders', ({ found }) => folderNames(found.root)),
    Effect.bindEither('chosen', ({ found, folders }) =>
      chooseDomains(found, folders, domains ?? found.domains.names),
    ),
    Effect.bind('reading', ({ found, chosen }) => found.domains.read(chosen)),
    Effect.bind('classes', ({ reading }) =>
      known === undefined ? namedClasses(reading.classes, classNames) : Effect.of(known),
    ),
    Effect.bindEither('dataSet', ({ found, reading, classes }) =>
      dataSetOf(found, reading, classes, strangers),
    ),
    Effect.tap(({ reading }) => (strict ? Effect.unit : reportMissing(reading.missing))),
    Effect.tap(({ found, reading }) =>
      pipe(
        skippedLine(
          found.root,
          reading.skipped.filter(({ path }) => classNames === undefined || path !== join(classNames)),
        ),
        Effect.traverseArray(printLine),
      ),
    ),
    Effect.tap(({ dataSet }) => (known === undefined ? reportPartialClasses(dataSet) : Effect.unit)),
    Effect.tap(({ reading, dataSet }) => (strict ? refuseBadImages(dataSet, reading.missing) : Effect.unit)),
    Effect.map(({ dataSet }) => dataSet),
  )
