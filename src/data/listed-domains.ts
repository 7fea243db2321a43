/** Layouts in which lists say which images a domain has: `<domain>_train.txt` and further ones, lines of `path label`. */
import { join } from '../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { listFolder } from '../effects/operations.js'
import type { DataSetLayout, Purpose } from './layout.js'
import { readLists } from './read-lists.js'
import { entriesIfThere } from './unlistable.js'

/** Where a data set's lists are, and what they are called. */
export interface ListNames extends Readonly<Record<Purpose, readonly string[]>> {
  /** Folders below the root that may hold the lists, best first; `.` is the root. */
  readonly folders: readonly string[]
  /** The folder below the root that paths in the lists start from; `.` is the root. */
  readonly base: string
}

const filesOf = (folder: string): Effect.Effect<ReadonlySet<string>> =>
  pipe(
    entriesIfThere(folder),
    Effect.map((entries) => new Set(entries.filter(({ kind }) => kind === 'file').map(({ name }) => name))),
  )

/** A folder with lists, and the domains that it has lists of. */
interface ListFolder {
  readonly folder: string
  /** Domains with a first list. */
  readonly domains: readonly string[]
  /** Domains with all lists. */
  readonly whole: readonly string[]
}

/**
 * A data set with lists for each domain: the names of a list are `<domain>` with one of these endings. Those of `training`
 * are trained on, those of `evaluation` are evaluated on.
 *
 * @example
 * listedDomains('mini-domainnet', {
 *   folders: ['splits_mini'],
 *   base: '.',
 *   training: ['_train.txt'],
 *   evaluation: ['_test.txt'],
 * })
 */
export const listedDomains = <N extends string>(
  name: N,
  { folders, base, training, evaluation }: ListNames,
): DataSetLayout<N> => {
  const endings = { training, evaluation }
  const [first = ''] = training
  const all = [...new Set([...training, ...evaluation])]
  const others = all
    .filter((ending) => ending !== first)
    .map((ending) => `<domain>${ending}`)
    .join(', ')
  const listFolderOf = (root: string, folder: string): Effect.Effect<ListFolder> =>
    pipe(
      filesOf(join(root, folder)),
      Effect.map((files) => {
        const domains = [...files]
          .filter((file) => file.endsWith(first) && file.length > first.length)
          .map((file) => file.slice(0, -first.length))
        const isWhole = (domain: string): boolean => all.every((ending) => files.has(`${domain}${ending}`))
        return { folder, domains, whole: domains.filter(isWhole) }
      }),
    )
  const pathOf = (root: string, folder: string, domain: string, ending: string): string =>
    join(root, folder, `${domain}${ending}`)
  return {
    name,
    find: (root) =>
      pipe(
        // Says that there is no such root, rather than that it holds no lists.
        listFolder(root),
        Effect.flatMap(() =>
          pipe(
            folders,
            Effect.traverseArray((folder) => listFolderOf(root, folder)),
          ),
        ),
        Effect.map((found) => {
          const nowhere: ListFolder = { folder: folders[0] ?? '.', domains: [], whole: [] }
          const { folder, domains, whole } =
            found.find((each) => each.whole.length > 0) ??
            found.find((each) => each.domains.length > 0) ??
            nowhere
          const listsOf = (domain: string, purpose: Purpose): readonly string[] =>
            endings[purpose].map((ending) => pathOf(root, folder, domain, ending))
          return {
            names: domains,
            lacks:
              whole.length > 0
                ? []
                : [
                    `no ${folders.map((place) => join(place, `<domain>${first}`)).join(' or ')} with its ${others}`,
                  ],
            place: (domain) => pathOf(root, folder, domain, first),
            read: (names) =>
              readLists(
                names.map((domain) => ({
                  name: domain,
                  base: join(root, base),
                  training: listsOf(domain, 'training'),
                  evaluation: listsOf(domain, 'evaluation'),
                })),
              ),
          }
        }),
      ),
  }
}
