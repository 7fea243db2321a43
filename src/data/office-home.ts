/**
 * Office-Home (Venkateswara et al. 2017): `<domain>/<class>/*.jpg`, 65 classes. The domains' folders are published as
 * `Art`, `Clipart`, `Product` and `Real World`; case, spaces and underscores make no difference.
 */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { Failure } from '../effects/failure.js'
import { listFolder } from '../effects/operations.js'
import { folderNames, readClassFolders } from './class-folders.js'
import type { DataSetLayout } from './layout.js'

const officeHomeDomains = ['art', 'clipart', 'product', 'real_world'] as const

/** A name without what makes no difference in it. */
const bare = (name: string): string => name.toLowerCase().replaceAll(/[\s_]+/g, '')

interface DomainFolder {
  readonly name: string
  readonly folder: string
}

/** The folders that are domains, in the order of the domains. */
const domainFolders = (root: string): Effect.Effect<readonly DomainFolder[]> =>
  pipe(
    listFolder(root),
    Effect.map(folderNames),
    Effect.flatMapEither((folders) =>
      pipe(
        officeHomeDomains,
        E.traverseArray((name): E.Either<Failure, readonly DomainFolder[]> => {
          const [first, second] = folders.filter((folder) => bare(folder) === bare(name))
          if (first === undefined) return E.right([])
          return second === undefined
            ? E.right([{ name, folder: join(root, first) }])
            : E.left({
                tag: 'InvalidSetting',
                field: 'data',
                at: root,
                problem: `both '${first}' and '${second}' are named like domain ${name}`,
                advice: 'rename or remove one of them',
                instead: { field: 'layout', value: 'folder' },
              })
        }),
      ),
    ),
    Effect.map((found) => found.flat()),
  )

export const officeHomeLayout: DataSetLayout<'office-home'> = {
  name: 'office-home',
  place: (root, domain) => join(root, domain, '<class>', '*.jpg'),
  recognises: (root) =>
    pipe(
      listFolder(root),
      Effect.map((entries) => {
        const names = folderNames(entries).map(bare)
        return officeHomeDomains.every((domain) => names.includes(bare(domain)))
      }),
    ),
  domainNames: (root) =>
    pipe(
      domainFolders(root),
      Effect.map((folders) => folders.map(({ name }) => name)),
    ),
  read: (root, domains) =>
    pipe(
      domainFolders(root),
      Effect.flatMap((folders) =>
        readClassFolders(domains.flatMap((name) => folders.filter((folder) => folder.name === name))),
      ),
    ),
}
