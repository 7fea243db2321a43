/** Domains whose images lie in folders by class: `<domain>/<class>/*.{jpg,jpeg,png,webp}`. */
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { FolderEntry } from '../effects/instruction.js'
import { listFolder } from '../effects/operations.js'
import type { NamedDomain, NamedImage, Reading } from './layout.js'

/** What is in one class's folder of one domain. */
interface ClassListing {
  /** The class's folder. */
  readonly folder: string
  readonly domain: string
  readonly className: string
  readonly entries: readonly FolderEntry[]
}

const isImage = ({ name, kind }: FolderEntry): boolean =>
  kind === 'file' && !name.startsWith('.') && /\.(jpe?g|png|webp)$/i.test(name)

/** Names of the folders among some entries, without hidden ones, sorted. */
export const folderNames = (entries: readonly FolderEntry[]): readonly string[] =>
  entries
    .filter(({ name, kind }) => kind === 'folder' && !name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted()

/**
 * Domains from listings of their folders: pure and deterministic, whatever order the listings come in. Images are
 * ordered by class, then by file name; a folder without images is no class.
 */
const readListings = (domains: readonly string[], listings: readonly ClassListing[]): Reading => {
  const filled = listings
    .map(({ folder, domain, className, entries }) => ({
      domain,
      className,
      paths: entries
        .filter(isImage)
        .map(({ name }) => join(folder, name))
        .toSorted(),
    }))
    .filter(({ paths }) => paths.length > 0)
  const classes = [...new Set(filled.map(({ className }) => className))].toSorted()
  return {
    classes,
    domains: domains.map((name): NamedDomain => {
      const images = classes.flatMap((className) =>
        filled
          .filter((listing) => listing.domain === name && listing.className === className)
          .flatMap(({ paths }) => paths.map((path): NamedImage => ({ path, className }))),
      )
      return { name, training: images, evaluation: images }
    }),
    missing: [],
  }
}

const listClasses = (domain: string, folder: string): Effect.Effect<readonly ClassListing[]> =>
  pipe(
    listFolder(folder),
    Effect.flatMap((entries) =>
      pipe(
        folderNames(entries),
        Effect.traverseArray((className) =>
          pipe(
            listFolder(join(folder, className)),
            Effect.map((files) => ({ folder: join(folder, className), domain, className, entries: files })),
          ),
        ),
      ),
    ),
  )

/** Reads domains from their folders; every folder in one of them is a class. */
export const readClassFolders = (
  domains: readonly { readonly name: string; readonly folder: string }[],
): Effect.Effect<Reading> =>
  pipe(
    domains,
    Effect.traverseArray(({ name, folder }) => listClasses(name, folder)),
    Effect.map((listings) =>
      readListings(
        domains.map(({ name }) => name),
        listings.flat(),
      ),
    ),
  )
