/** Data sets as folders of images: `<root>/<domain>/<class>/*.{jpg,jpeg,png,webp}`. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effect.js'
import type { Failure } from '../failure.js'
import type { FolderEntry } from '../instruction.js'
import { listFolder } from '../operations.js'

/** An image and its class, as the position of the class's name in `ImageFolder.classes`. */
export interface LabelledImage {
  readonly path: string
  readonly label: number
}

/** Images of one domain, ordered by class, then by file name. */
export interface ImageDomain {
  readonly name: string
  readonly images: readonly LabelledImage[]
}

export interface ImageFolder {
  readonly root: string
  /** Names of the classes of all its domains, sorted. */
  readonly classes: readonly string[]
  /** In the order asked for. */
  readonly domains: readonly ImageDomain[]
}

/** What is in one class's folder of one domain. */
export interface ClassListing {
  readonly domain: string
  readonly className: string
  readonly entries: readonly FolderEntry[]
}

const isImage = ({ name, kind }: FolderEntry): boolean =>
  kind === 'file' && !name.startsWith('.') && /\.(jpe?g|png|webp)$/i.test(name)

/** Names of the folders among some entries, without hidden ones, sorted. */
const folderNames = (entries: readonly FolderEntry[]): readonly string[] =>
  entries
    .filter(({ name, kind }) => kind === 'folder' && !name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted()

/**
 * The data set from listings of its folders: pure and deterministic, whatever order the listings come in. A class
 * without any image in any of the domains is none.
 *
 * Fails with `UserInput` if a domain holds no images.
 */
export const imageFolder = (
  root: string,
  domains: readonly string[],
  listings: readonly ClassListing[],
): E.Either<Failure, ImageFolder> => {
  const filled = listings
    .filter(({ domain }) => domains.includes(domain))
    .map(({ domain, className, entries }) => ({
      domain,
      className,
      files: entries
        .filter(isImage)
        .map(({ name }) => name)
        .toSorted(),
    }))
    .filter(({ files }) => files.length > 0)
  const classes = [...new Set(filled.map(({ className }) => className))].toSorted()
  return pipe(
    domains,
    E.traverseArray((name): E.Either<Failure, ImageDomain> => {
      const images = classes.flatMap((className, label) =>
        filled
          .filter((listing) => listing.domain === name && listing.className === className)
          .flatMap(({ files }) => files.map((file) => ({ path: join(root, name, className, file), label }))),
      )
      return images.length > 0
        ? E.right({ name, images })
        : E.left({
            tag: 'UserInput',
            option: join(root, name),
            problem: 'no images in it',
            advice: `put them in folders by class: ${join(root, name, '<class>', '*.jpg')} (or png, webp)`,
          })
    }),
    E.map((read) => ({ root, classes, domains: read })),
  )
}

/** A domain that is asked for must be there. */
const knownDomain =
  (root: string, present: readonly string[]) =>
  (domain: string): E.Either<Failure, string> =>
    present.includes(domain)
      ? E.right(domain)
      : E.left({
          tag: 'UserInput',
          option: root,
          problem: `no domain '${domain}' in it`,
          advice: present.length === 0 ? 'it has no folders at all' : `it has ${present.join(', ')}`,
        })

/** Images of a domain that is named twice would be counted twice, and nothing can be adapted to itself. */
const namedOnce = (root: string, domains: readonly string[]): E.Either<Failure, readonly string[]> => {
  const twice = domains.find((name, i) => domains.indexOf(name) !== i)
  return twice === undefined
    ? E.right(domains)
    : E.left({
        tag: 'UserInput',
        option: root,
        problem: `domain '${twice}' is asked for twice`,
        advice: 'name different domains',
      })
}

const listClasses = (root: string, domain: string): Effect.Effect<readonly ClassListing[]> =>
  pipe(
    listFolder(join(root, domain)),
    Effect.flatMap((entries) =>
      Effect.forEach(folderNames(entries), (className) =>
        pipe(
          listFolder(join(root, domain, className)),
          Effect.map((files) => ({ domain, className, entries: files })),
        ),
      ),
    ),
  )

/**
 * Lists the images of these domains, or of all; no image is opened. Classes are counted over the domains that are
 * listed.
 *
 * Fails with `UserInput` if a domain is unknown, named twice, or without images.
 *
 * @example
 * readImageFolder('data/pacs', ['photo', 'sketch'])
 */
export const readImageFolder = (root: string, domains?: readonly string[]): Effect.Effect<ImageFolder> =>
  pipe(
    Effect.Do,
    Effect.bind('present', () => pipe(listFolder(root), Effect.map(folderNames))),
    Effect.bind('chosen', ({ present }) =>
      Effect.fromEither(
        pipe(namedOnce(root, domains ?? present), E.chain(E.traverseArray(knownDomain(root, present)))),
      ),
    ),
    Effect.bind('listings', ({ chosen }) => Effect.forEach(chosen, (domain) => listClasses(root, domain))),
    Effect.flatMapEither(({ chosen, listings }) => imageFolder(root, chosen, listings.flat())),
  )
