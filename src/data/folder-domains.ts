/** Layouts in which each domain has a folder: with any names, or with the names that a data set is published with. */
import { join } from '../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { Failure } from '../effects/failure.js'
import type { FolderEntry } from '../effects/instruction.js'
import { listFolder } from '../effects/operations.js'
import type { DomainFolder } from './class-folders.js'
import { classFolderPlace, readDomainFolder, readingOf, skippedFiles } from './class-folders.js'
import { isImage, isVisibleFolder } from './image-files.js'
import type { DataSetLayout, FoundDomains } from './layout.js'
import type { Skipped } from './skipped.js'
import { orIfUnlistable } from './unlistable.js'

interface NamedFolder {
  readonly name: string
  readonly path: string
}

interface ReadFolder extends NamedFolder {
  /** `undefined` where it holds no classes. */
  readonly folder: DomainFolder | undefined
}

const readFolders = (folders: readonly NamedFolder[]): Effect.Effect<readonly ReadFolder[]> =>
  pipe(
    folders,
    Effect.traverseArray(({ name, path }) =>
      pipe(
        readDomainFolder(path, name),
        orIfUnlistable(path, undefined),
        Effect.map((folder) => ({ name, path, folder })),
      ),
    ),
  )

/** The domains of a root that has been looked through. `entries` are all that lies in it. */
const foundDomains = (
  root: string,
  entries: readonly FolderEntry[],
  read: readonly ReadFolder[],
  lacks: readonly string[],
): FoundDomains => {
  const domains = read.flatMap(({ name, path, folder }) =>
    folder === undefined ? [] : [{ name, path, folder }],
  )
  const used = new Set(domains.map(({ path }) => path))
  const skipped: readonly Skipped[] = [
    ...entries
      .filter(isVisibleFolder)
      .map(({ name }) => join(root, name))
      .filter((path) => !used.has(path))
      .map((path) => ({ path, why: 'noClasses' as const })),
    ...skippedFiles({ path: root, name: root, entries }, 'imageOutside'),
  ]
  return {
    names: domains.map(({ name }) => name),
    lacks,
    place: (domain) => classFolderPlace(read.find(({ name }) => name === domain)?.path ?? join(root, domain)),
    read: (names) =>
      Effect.of(
        readingOf(
          names.flatMap((name) => domains.filter((domain) => domain.name === name)),
          skipped,
        ),
      ),
  }
}

const imagesInFolders = (folders: readonly NamedFolder[]): Effect.Effect<boolean> =>
  pipe(
    folders,
    Effect.traverseArray(({ path }) => pipe(listFolder(path), orIfUnlistable(path, []))),
    Effect.map((listings) => listings.some((entries) => entries.some(isImage))),
  )

/** Why the folders of a root are no domains. */
const withoutDomains = (folders: readonly NamedFolder[]): Effect.Effect<readonly string[]> =>
  folders.length === 0
    ? Effect.of(['it holds no folders'])
    : pipe(
        imagesInFolders(folders),
        Effect.map((images) => [
          images
            ? 'images lie in its folders, as in the folder of one domain; the root is the folder above it'
            : `none of its folders holds a folder of images for each class (${folders.length} looked at)`,
        ]),
      )

/** Any folder of images; each folder with images by class in it is a domain. */
export const anyDomains: DataSetLayout<'folder'> = {
  name: 'folder',
  find: (root) =>
    pipe(
      Effect.Do,
      Effect.bind('entries', () => listFolder(root)),
      Effect.let('folders', ({ entries }) =>
        entries.filter(isVisibleFolder).map(({ name }) => ({ name, path: join(root, name) })),
      ),
      Effect.bind('read', ({ folders }) => readFolders(folders)),
      Effect.bind('lacks', ({ folders, read }) =>
        read.some(({ folder }) => folder !== undefined) ? Effect.of([]) : withoutDomains(folders),
      ),
      Effect.map(({ entries, read, lacks }) => foundDomains(root, entries, read, lacks)),
    ),
}

/** A name without what makes no difference in it: `Real World`, `Real-World` and `real_world` are one. */
const bare = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/g, '')

/** The folder of each domain that has one, in the order of the domains. */
const foldersNamed = (
  root: string,
  domains: readonly string[],
  entries: readonly FolderEntry[],
): E.Either<Failure, readonly NamedFolder[]> => {
  const folders = entries.filter(isVisibleFolder).map(({ name }) => name)
  return pipe(
    domains,
    E.traverseArray((name): E.Either<Failure, readonly NamedFolder[]> => {
      const [first, second] = folders.filter((folder) => bare(folder) === bare(name))
      if (first === undefined) return E.right([])
      return second === undefined
        ? E.right([{ name, path: join(root, first) }])
        : E.left({
            tag: 'InvalidSetting',
            field: 'data',
            at: root,
            problem: `both '${first}' and '${second}' are named like domain ${name}`,
            advice: 'rename or remove one of them',
            instead: { field: 'layout', value: 'folder' },
          })
    }),
    E.map((found) => found.flat()),
  )
}

/**
 * A data set that is published with these domains, each in a folder of its name; case, spaces, hyphens and underscores
 * make no difference. A root is recognised by the folders of all of them.
 */
export const namedDomains = <N extends string>(name: N, domains: readonly string[]): DataSetLayout<N> => ({
  name,
  find: (root) =>
    pipe(
      Effect.Do,
      Effect.bind('entries', () => listFolder(root)),
      Effect.bindEither('folders', ({ entries }) => foldersNamed(root, domains, entries)),
      Effect.let('without', ({ folders }) =>
        domains.filter((domain) => !folders.some((folder) => folder.name === domain)),
      ),
      Effect.bind('read', ({ folders }) => readFolders(folders)),
      Effect.map(({ entries, read, without }) => {
        const empty = read.filter(({ folder }) => folder === undefined).map(({ path }) => path)
        return foundDomains(root, entries, read, [
          ...(without.length === 0 ? [] : [`no folder for ${without.join(', ')}`]),
          ...(empty.length === 0 ? [] : [`no images by class in ${empty.join(', ')}`]),
        ])
      }),
    ),
})
