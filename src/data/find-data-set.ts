/** Finding a data set: which layout a root is of, and which folder is the root. */
import { basename, join } from '../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { Failure } from '../effects/failure.js'
import { listed } from '../effects/listed.js'
import { listFolder, printLine } from '../effects/operations.js'
import { isVisibleFolder } from './image-files.js'
import { orIfUnlistable } from './unlistable.js'
import type { FoundDomains } from './layout.js'
import type { LayoutName } from './layouts.js'
import { layouts } from './layouts.js'

/** The root of a data set, the layout that it is of, and its domains. */
export interface FoundDataSet {
  readonly root: string
  readonly layout: LayoutName
  readonly domains: FoundDomains
}

type Layout = (typeof layouts)[number]

const findBy = (root: string, { name, find }: Layout): Effect.Effect<FoundDataSet> =>
  pipe(
    find(root),
    Effect.map((domains) => ({ root, layout: name, domains })),
  )

const isComplete = ({ domains: { lacks, names } }: FoundDataSet): boolean =>
  lacks.length === 0 && names.length > 0

/** What each of these layouts misses in a root. */
const missedBy = (tried: readonly FoundDataSet[]): string =>
  tried.map(({ layout, domains: { lacks } }) => `${layout}: ${lacks.join(', ')}`).join('; ')

const noDataSet = (root: string, tried: readonly FoundDataSet[]): Failure => ({
  tag: 'InvalidSetting',
  field: 'data',
  at: root,
  problem: `no data set in it or in a folder of it; tried ${missedBy(tried)}`,
  advice: 'give the folder that holds a folder for each domain, with a folder of images for each class in it',
})

const severalLayouts = (root: string, [first, ...more]: readonly FoundDataSet[]): Failure => ({
  tag: 'InvalidSetting',
  field: 'data',
  at: root,
  problem: `it can be read as ${[first, ...more].map((found) => found?.layout).join(' or as ')}`,
  advice: 'say which one is meant',
  instead: { field: 'layout', value: first?.layout ?? 'folder', purpose: 'for example' },
})

const severalRoots = (root: string, found: readonly FoundDataSet[]): Failure => ({
  tag: 'InvalidSetting',
  field: 'data',
  at: root,
  problem: listed(
    'there are several data sets in it',
    found.map((each) => basename(each.root)),
  ).join(''),
  advice: 'give the folder of one of them',
})

/** Every published layout of folders can be read as layout `folder`, too. */
const isGeneral = (name: LayoutName): boolean => name === 'folder'

/** A root read by each of these layouts; by the general one only where none of the others fits. */
const tryLayouts = (root: string, wanted: readonly Layout[]): Effect.Effect<readonly FoundDataSet[]> => {
  const tried = (some: readonly Layout[]): Effect.Effect<readonly FoundDataSet[]> =>
    pipe(
      some,
      Effect.traverseArray((layout) => findBy(root, layout)),
    )
  return pipe(
    tried(wanted.filter(({ name }) => !isGeneral(name))),
    Effect.flatMap((particular) =>
      particular.some(isComplete)
        ? Effect.of(particular)
        : pipe(
            tried(wanted.filter(({ name }) => isGeneral(name))),
            Effect.map((general) => [...general, ...particular]),
          ),
    ),
  )
}

/** The data set that a folder is, if it is one. Fails if it is one in two ways. */
const dataSetAt = (
  root: string,
  tried: readonly FoundDataSet[],
): E.Either<Failure, FoundDataSet | undefined> => {
  const complete = tried.filter(isComplete)
  return complete.length > 1 ? E.left(severalLayouts(root, complete)) : E.right(complete[0])
}

/** Fewer make no adaptation: a data set may lie one level deeper. */
const domainsOfADataSet = 2

const isLarge = ({ domains: { names } }: FoundDataSet): boolean => names.length >= domainsOfADataSet

/** Data sets in the folders of a folder. */
const dataSetsBelow = (root: string, wanted: readonly Layout[]): Effect.Effect<readonly FoundDataSet[]> =>
  pipe(
    listFolder(root),
    Effect.flatMap((entries) =>
      pipe(
        entries.filter(isVisibleFolder),
        Effect.traverseArray(({ name }) =>
          pipe(tryLayouts(join(root, name), wanted), orIfUnlistable(join(root, name), [])),
        ),
      ),
    ),
    Effect.flatMapEither(
      E.traverseArray((tried): E.Either<Failure, readonly FoundDataSet[]> =>
        pipe(
          dataSetAt(tried[0]?.root ?? root, tried),
          E.map((found) => (found !== undefined && isLarge(found) ? [found] : [])),
        ),
      ),
    ),
    Effect.map((found) => found.flat()),
  )

/**
 * The data set in a folder: by a given layout, or by the one that the folder looks like. Where the folder holds no two
 * domains, but one of its folders does, that one is taken, and a line says so.
 *
 * Fails with `InvalidSetting` where no layout fits, naming what each one misses; where two published ones fit; and where
 * several folders are data sets.
 */
export const findDataSet = (root: string, layout?: LayoutName): Effect.Effect<FoundDataSet> => {
  const wanted = layout === undefined ? layouts : layouts.filter(({ name }) => name === layout)
  return pipe(
    Effect.Do,
    Effect.bind('tried', () => tryLayouts(root, wanted)),
    Effect.bindEither('here', ({ tried }) =>
      // A layout that is asked for is read as far as it is there.
      layout === undefined
        ? dataSetAt(root, tried)
        : E.right(tried.find(({ domains }) => domains.names.length > 0)),
    ),
    Effect.flatMap(({ tried, here }) => {
      if (here !== undefined && (isLarge(here) || layout !== undefined)) return Effect.of(here)
      return pipe(
        dataSetsBelow(root, wanted),
        Effect.flatMap((below): Effect.Effect<FoundDataSet> => {
          const [first, second] = below
          if (first === undefined) {
            return here === undefined ? Effect.left(noDataSet(root, tried)) : Effect.of(here)
          }
          return second === undefined
            ? pipe(printLine(`reading ${first.root}: the data set lies there`), Effect.as(first))
            : Effect.left(severalRoots(root, below))
        }),
      )
    }),
  )
}
