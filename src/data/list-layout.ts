/** Data sets that come with lists: which images there are, which class each is of, and which part it belongs to. */
import { join, posix } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { listFolder } from '../effects/operations.js'
import { readText } from '../effects/text-file.js'
import type { ListedImage } from './image-list.js'
import { numberedClasses, parseImageList } from './image-list.js'
import type { NamedDomain, NamedImage, Purpose, Reading } from './layout.js'

/** A domain's lists, and the folder that paths in them start from. */
interface DomainLists {
  readonly name: string
  readonly base: string
  readonly training: string
  /** The same as `training` where there is one list for both. */
  readonly evaluation: string
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

/** Paths of all files in these folders; a missing folder has none. */
const filesIn = (folders: readonly string[]): Effect.Effect<ReadonlySet<string>> =>
  pipe(
    folders,
    Effect.traverseArray((folder) =>
      pipe(
        listFolder(folder),
        Effect.orElse((failure) => (failure.tag === 'FileMissing' ? Effect.of([]) : Effect.left(failure))),
        Effect.map((entries) =>
          entries.filter(({ kind }) => kind === 'file').map(({ name }) => join(folder, name)),
        ),
      ),
    ),
    Effect.map((paths) => new Set(paths.flat())),
  )

const distinct = <A>(items: readonly A[]): readonly A[] => [...new Set(items)]

const byPurpose = <A>(of: (purpose: Purpose) => A): Readonly<Record<Purpose, A>> => ({
  training: of('training'),
  evaluation: of('evaluation'),
})

/** Reads the lists of some domains. Every folder that they name is listed once, to find images that are not there. */
export const readLists = (domains: readonly DomainLists[]): Effect.Effect<Reading> => {
  const wanted = domains.flatMap(({ base, training, evaluation }) =>
    distinct([training, evaluation]).map((list) => ({ list, base })),
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
    Effect.bind('present', ({ lists }) =>
      filesIn(
        distinct(
          lists.flatMap(({ base, images }) =>
            distinct(images.map(({ path }) => posix.dirname(path))).map((folder) => join(base, folder)),
          ),
        ),
      ),
    ),
    Effect.map(({ lists, classes, present }) => {
      const imagesOf = (list: string): readonly NamedImage[] =>
        lists
          .filter((read) => read.list === list)
          .flatMap(({ base, images }) =>
            images.map(({ path, className }) => ({ path: join(base, path), className })),
          )
          .filter(({ path }) => present.has(path))
      return {
        classes,
        domains: domains.map((domain): NamedDomain => ({
          name: domain.name,
          ...byPurpose((purpose) => imagesOf(domain[purpose])),
        })),
        missing: lists.flatMap(({ base, images }) =>
          images
            .map(({ path, listed }) => ({ path: join(base, path), listed }))
            .filter(({ path }) => !present.has(path)),
        ),
      }
    }),
  )
}
