/**
 * Domains whose images lie in folders by class. The folders of classes lie
 * - in the domain's folder: `<domain>/<class>/*.jpg`;
 * - in its only folder, or in `images`: `amazon/images/<class>/*.jpg` (Office-31), `sketch/imagenet-r/<class>/*.jpg`;
 * - in the parts of a split: `<domain>/{train,val}/<class>/*.jpg` (Office-Home of Dassl), `<domain>/{train,crossval,test}/<class>/*.jpg`
 *   (VLCS). The part `train` is trained on. `test` is evaluated on; without a `test`, all parts are, as in Dassl.
 */
import { join } from '../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { FolderEntry } from '../effects/instruction.js'
import { listFolder } from '../effects/operations.js'
import { imageSuffixes, isHidden, isImage, isVisibleFolder } from './image-files.js'
import type { NamedDomain, NamedImage, Purpose, Reading } from './layout.js'
import { byPurpose } from './layout.js'
import type { Skipped } from './skipped.js'

/** A folder and what lies in it. */
interface Listing {
  readonly path: string
  readonly name: string
  readonly entries: readonly FolderEntry[]
}

/** A folder, and the folders in it one level down. */
interface TwoLevels extends Listing {
  readonly below: readonly Listing[]
}

/** The images of a domain's folder. */
export interface DomainFolder extends Readonly<Record<Purpose, readonly NamedImage[]>> {
  readonly skipped: readonly Skipped[]
}

const listBelow = ({ path, entries }: Pick<Listing, 'path' | 'entries'>): Effect.Effect<readonly Listing[]> =>
  pipe(
    entries.filter(isVisibleFolder),
    Effect.traverseArray(({ name }) =>
      pipe(
        listFolder(join(path, name)),
        Effect.map((found): Listing => ({ path: join(path, name), name, entries: found })),
      ),
    ),
  )

/** Lists a folder and the folders in it. */
const listTwoLevels = (path: string, name: string): Effect.Effect<TwoLevels> =>
  pipe(
    listFolder(path),
    Effect.flatMap((entries) =>
      pipe(
        listBelow({ path, entries }),
        Effect.map((below) => ({ path, name, entries, below })),
      ),
    ),
  )

const pathsOf = ({ path, entries }: Listing, which: (entry: FolderEntry) => boolean): readonly string[] =>
  entries.filter(which).map(({ name }) => join(path, name))

const skippedAs = (why: Skipped['why'], paths: readonly string[]): readonly Skipped[] =>
  paths.map((path) => ({ path, why }))

/** Files of a folder that are not read, folders aside. `images` says why images are not read where they lie. */
export const skippedFiles = (listing: Listing, images?: Skipped['why']): readonly Skipped[] => [
  ...skippedAs('hidden', pathsOf(listing, isHidden)),
  ...skippedAs(
    'otherFile',
    pathsOf(listing, (entry) => entry.kind === 'file' && !isHidden(entry) && !isImage(entry)),
  ),
  ...skippedAs(
    'notAFile',
    pathsOf(listing, (entry) => entry.kind === 'other' && !isHidden(entry)),
  ),
  ...(images === undefined ? [] : skippedAs(images, pathsOf(listing, isImage))),
]

const holdsImages = ({ entries }: Listing): boolean => entries.some(isImage)
const holdsClasses = ({ below }: TwoLevels): boolean => below.some(holdsImages)

/** The images of a folder of classes, by class, then by file name. */
const imagesOf = ({ below }: TwoLevels): readonly NamedImage[] =>
  below.flatMap((listing) =>
    pathsOf(listing, isImage)
      .toSorted()
      .map((path): NamedImage => ({ path, className: listing.name })),
  )

/** All that lies in folders of classes and is no image of theirs. */
const skippedIn = (folder: TwoLevels): Effect.Effect<readonly Skipped[]> =>
  pipe(
    folder.below,
    Effect.traverseArray((listing) =>
      pipe(
        listBelow(listing),
        Effect.map((nested): readonly Skipped[] => [
          ...(holdsImages(listing) ? [] : skippedAs('emptyClass', [listing.path])),
          ...skippedFiles(listing),
          ...skippedAs(
            'belowClass',
            nested.map(({ path }) => path),
          ),
          ...nested.flatMap((inner) => skippedAs('imageBelowClass', pathsOf(inner, isImage))),
        ]),
      ),
    ),
    Effect.map((found) => [...skippedFiles(folder, 'imageOutside'), ...found.flat()]),
  )

/** The parts of a split that are known besides `train`. */
const otherParts: readonly string[] = ['val', 'validation', 'crossval', 'test']

/** The folders of classes of a domain, and what they are taken for. */
interface Places extends Readonly<Record<Purpose, readonly TwoLevels[]>> {
  /** Folders of the domain that lead to no images that are read. */
  readonly unused: readonly Skipped[]
}

const named = (folder: TwoLevels, names: readonly string[]): readonly Listing[] =>
  folder.below.filter(({ name }) => names.includes(name.toLowerCase()))

const others = (folder: TwoLevels, used: readonly Listing[], why: Skipped['why']): readonly Skipped[] =>
  skippedAs(
    why,
    folder.below.filter((listing) => !used.some(({ path }) => path === listing.path)).map(({ path }) => path),
  )

const deeper = (listings: readonly Listing[]): Effect.Effect<readonly TwoLevels[]> =>
  pipe(
    listings,
    Effect.traverseArray((listing) =>
      pipe(
        listBelow(listing),
        Effect.map((below) => ({ ...listing, below })),
      ),
    ),
  )

/** The parts of a split, if the domain has them. */
const splitPlaces = (folder: TwoLevels): Effect.Effect<Places | undefined> =>
  pipe(
    deeper(named(folder, ['train', ...otherParts])),
    Effect.map((found) => {
      const parts = found.filter(holdsClasses)
      const training = parts.filter(({ name }) => name.toLowerCase() === 'train')
      const test = parts.filter(({ name }) => name.toLowerCase() === 'test')
      if (training.length === 0) return undefined
      const evaluation = test.length > 0 ? test : parts
      const used = [...training, ...evaluation]
      const unused = parts.filter(({ path }) => !used.some((part) => part.path === path))
      return {
        training,
        evaluation,
        unused: [
          ...skippedAs(
            'unusedPart',
            unused.map(({ path }) => path),
          ),
          ...others(folder, parts, 'noClasses'),
        ],
      }
    }),
  )

/** The folder `images`, or the only folder, if it holds classes. */
const innerPlaces = (folder: TwoLevels): Effect.Effect<Places | undefined> => {
  const images = named(folder, ['images'])
  const inner = images.length > 0 ? images : folder.below
  return inner.length === 1
    ? pipe(
        deeper(inner),
        Effect.map((found) =>
          found.some(holdsClasses)
            ? { training: found, evaluation: found, unused: others(folder, found, 'noClasses') }
            : undefined,
        ),
      )
    : Effect.of(undefined)
}

const placesOf = (folder: TwoLevels): Effect.Effect<Places | undefined> =>
  holdsClasses(folder)
    ? Effect.of({ training: [folder], evaluation: [folder], unused: [] })
    : pipe(
        splitPlaces(folder),
        Effect.flatMap((split) => (split === undefined ? innerPlaces(folder) : Effect.of(split))),
      )

const distinct = (folders: readonly TwoLevels[]): readonly TwoLevels[] => [
  ...new Map(folders.map((folder) => [folder.path, folder])).values(),
]

/** Looks through the folder of a domain; `undefined` where no folder of a class with images is found in it. */
export const readDomainFolder = (path: string, name: string): Effect.Effect<DomainFolder | undefined> =>
  pipe(
    listTwoLevels(path, name),
    Effect.flatMap((folder) =>
      pipe(
        placesOf(folder),
        Effect.flatMap((places): Effect.Effect<DomainFolder | undefined> => {
          if (places === undefined) return Effect.of(undefined)
          const read = distinct([...places.training, ...places.evaluation])
          return pipe(
            read,
            Effect.traverseArray(skippedIn),
            Effect.map((skipped) => ({
              ...byPurpose((purpose) => byClass(places[purpose].flatMap(imagesOf))),
              skipped: [
                ...places.unused,
                ...(read.some((each) => each.path === path) ? [] : skippedFiles(folder, 'imageOutside')),
                ...skipped.flat(),
              ],
            })),
          )
        }),
      ),
    ),
  )

const byClass = (images: readonly NamedImage[]): readonly NamedImage[] =>
  images.toSorted((a, b) => (a.className === b.className ? 0 : a.className < b.className ? -1 : 1))

/** Domains that were read from their folders; their classes are ordered by name. */
export const readingOf = (
  domains: readonly { readonly name: string; readonly folder: DomainFolder }[],
  skipped: readonly Skipped[],
): Reading => ({
  classes: [
    ...new Set(
      domains.flatMap(({ folder }) =>
        [...folder.training, ...folder.evaluation].map(({ className }) => className),
      ),
    ),
  ].toSorted(),
  domains: domains.map(({ name, folder }): NamedDomain => ({
    name,
    training: folder.training,
    evaluation: folder.evaluation,
  })),
  missing: [],
  skipped: [...skipped, ...domains.flatMap(({ folder }) => folder.skipped)],
})

/** Where the images of a domain's folder belong, for advice. */
export const classFolderPlace = (folder: string): string => join(folder, '<class>', `*.${imageSuffixes[0]}`)
