/** Data sets that come with lists: which images there are, which class each is of, and which part it belongs to. */
import { dirname, join } from '../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { readText } from '../effects/text-file.js'
import { isImage } from './image-files.js'
import type { ListedImage } from './image-list.js'
import { numberedClasses, parseImageList } from './image-list.js'
import type { NamedDomain, NamedImage, Purpose, Reading } from './layout.js'
import { byPurpose, purposes } from './layout.js'
import { entriesIfThere } from './unlistable.js'

/** A domain's lists for each purpose, and the folder that paths in them start from. */
export interface DomainLists extends Readonly<Record<Purpose, readonly string[]>> {
  readonly name: string
  readonly base: string
}

interface ReadList {
  readonly list: string
  readonly base: string
  readonly images: readonly ListedImage[]
}

const readList = (list: string, base: string): Effect.Effect<ReadList> =>
  pipe(
    readText(list),
    Effect.flatMapEither((text) => parseImageList(list, text)),
    Effect.map((images) => ({ list, base, images })),
  )

/** The files of some folders, and those of them that are images by their names. */
interface FilesThere {
  readonly files: ReadonlySet<string>
  readonly images: readonly string[]
}

/** What lies in these folders; a missing folder holds nothing. */
const filesIn = (folders: readonly string[]): Effect.Effect<FilesThere> =>
  pipe(
    folders,
    Effect.traverseArray((folder) =>
      pipe(
        entriesIfThere(folder),
        Effect.map((entries) => ({
          files: entries.filter(({ kind }) => kind === 'file').map(({ name }) => join(folder, name)),
          images: entries.filter(isImage).map(({ name }) => join(folder, name)),
        })),
      ),
    ),
    Effect.map((listings) => ({
      files: new Set(listings.flatMap(({ files }) => files)),
      images: listings.flatMap(({ images }) => images),
    })),
  )

const distinct = <A>(items: readonly A[]): readonly A[] => [...new Set(items)]

/** All paths of these lists, each with the place that names it. */
const listedPaths = (lists: readonly ReadList[]): readonly (ListedImage & { readonly file: string })[] =>
  lists.flatMap(({ base, images }) => images.map((image) => ({ ...image, file: join(base, image.path) })))

/**
 * Reads the lists of some domains. Every folder that they name is listed once, to find images that are not there, and
 * images that no list names.
 */
export const readLists = (domains: readonly DomainLists[]): Effect.Effect<Reading> => {
  const wanted = domains.flatMap((domain) =>
    distinct(purposes.flatMap((purpose) => domain[purpose])).map((list) => ({ list, base: domain.base })),
  )
  return pipe(
    Effect.Do,
    Effect.bind('lists', () =>
      pipe(
        wanted,
        Effect.traverseArray(({ list, base }) => readList(list, base)),
      ),
    ),
    Effect.bindEither('classes', ({ lists }) => numberedClasses(lists)),
    Effect.let('listed', ({ lists }) => listedPaths(lists)),
    Effect.bind('there', ({ listed }) => filesIn(distinct(listed.map(({ file }) => dirname(file))))),
    Effect.map(({ lists, classes, listed, there: { files, images } }) => {
      const imagesOf = (names: readonly string[]): readonly NamedImage[] =>
        listedPaths(lists.filter(({ list }) => names.includes(list)))
          .filter(({ file }) => files.has(file))
          .map(({ file, className }) => ({ path: file, className }))
      const named = new Set(listed.map(({ file }) => file))
      return {
        classes,
        domains: domains.map((domain): NamedDomain => ({
          name: domain.name,
          ...byPurpose((purpose) => imagesOf(domain[purpose])),
        })),
        missing: listed
          .filter(({ file }) => !files.has(file))
          .map((image) => ({ ...image, path: image.file })),
        skipped: images
          .filter((path) => !named.has(path))
          .map((path) => ({ path, why: 'unlisted' as const })),
      }
    }),
  )
}
