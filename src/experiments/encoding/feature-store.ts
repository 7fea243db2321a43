/**
 * The frozen image encoder's outputs on disk: packs of rows, in a folder for the encoder. Rows have keys, hashes of all that they depend
 * on: the image's file and the view; the folder's name is the hash of the encoder's program and weights with the transform of images.
 * So rows that are found are those that would be computed.
 *
 * Packs are written under temporary names, renamed, and never changed. What is encoded is kept at once, in small packs, which
 * are gathered into large ones at the end; processes may do so at the same time, and be killed at any time. The name of a pack is a
 * hash of its keys: two processes that write the same rows write the same file.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { explain } from '../../effects/explain.js'
import type { Failure } from '../../effects/failure.js'
import type { ImageView } from '../../effects/image-view.js'
import { inChunks } from '../../effects/in-chunks.js'
import type { FolderEntry } from '../../effects/instruction.js'
import { ifMissing, listFolder, makeFolder, printLine, remove } from '../../effects/operations.js'
import { join } from '../../effects/paths.js'
import { brokenFile } from '../../formats/safetensors/header.js'
import type { NamedValues } from '../../values/named-values.js'
import { pickNamedRows } from '../../values/rows.js'
import { zeros } from '../../values/value.js'
import { digestOf } from '../inputs/digest-of.js'
import type { FeaturePack, KeyedRow, WantedRow } from './feature-pack.js'
import { openPack, outputsOf, readPackRows, rowsOfPack, writePack } from './feature-pack.js'
import { attemptRows, isDamage } from './kept-rows.js'
import { packSingleRows, singleRowKeys } from './single-row-files.js'

/** An image by the SHA-256 of its file, and its views. All images of a call have as many views. */
export interface ViewsOfImage {
  readonly sha256: string
  readonly views: readonly ImageView[]
}

/** What a store holds of images. */
export interface FoundRows {
  /** Positions of the images that it holds under all of their views, in ascending order. */
  readonly positions: readonly number[]
  /** Their rows: for each view, tables with a row for each of these images. */
  readonly views: readonly NamedValues[]
  /** Packs that are damaged, or hold numbers that are not finite: their rows are not among those found. */
  readonly damaged: readonly string[]
  /** Whether rows of these images lie in several small packs, which can be gathered. */
  readonly scattered: boolean
}

/** Rows of images, kept from run to run. */
export interface FeatureStore {
  readonly find: (images: readonly ViewsOfImage[]) => Effect.Effect<FoundRows>
  /** Keeps rows of images: for each view, tables with a row for each image. */
  readonly keep: (images: readonly ViewsOfImage[], views: readonly NamedValues[]) => Effect.Effect<void>
  /** Writes small packs whose rows are all among these into large ones. Where that fails, a line says so and they stay as they are. */
  readonly gather: (images: readonly ViewsOfImage[], views: readonly NamedValues[]) => Effect.Effect<void>
  /** Removes packs. */
  readonly discard: (paths: readonly string[]) => Effect.Effect<void>
}

/** The key of an image under a view. */
const keyOf = (sha256: string, view: ImageView): string =>
  `${sha256}-${digestOf(JSON.stringify(view)).slice(0, 16)}`

/** The keys of an image under its views. */
const keysOf = ({ sha256, views }: ViewsOfImage): readonly string[] =>
  views.map((view) => keyOf(sha256, view))

const packName = /^pack-[\da-f]{32}\.safetensors$/

/** The rows of tables, each key once; all rows of a view together, since they are often read without the other views. */
const keyedRows = (
  images: readonly ViewsOfImage[],
  views: readonly NamedValues[],
): ReadonlyMap<string, KeyedRow> => {
  const keys = images.map(keysOf)
  return new Map(
    views.flatMap((tables, view) =>
      keys.flatMap((own, position): readonly (readonly [string, KeyedRow])[] => {
        const key = own[view]
        return key === undefined ? [] : [[key, { key, tables, position }]]
      }),
    ),
  )
}

/** The keys of all images under the first view, then under the second, and so on. */
const byView = (keys: readonly (readonly string[])[]): readonly string[] =>
  (keys[0] ?? []).flatMap((_, view) => keys.flatMap((own) => own[view] ?? []))

/** Writes rows in as many packs as they fill, and gives their paths. */
const writePacks =
  (folder: string) =>
  (rows: readonly KeyedRow[]): Effect.Effect<readonly string[]> => {
    const size = rowsOfPack(outputsOf(rows[0]?.tables ?? {}))
    const parts = Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
      rows.slice(i * size, (i + 1) * size),
    )
    return pipe(
      parts,
      Effect.traverseArray((part) => {
        const name = digestOf(part.map(({ key }) => key).join(' ')).slice(0, 32)
        const path = join(folder, `pack-${name}.safetensors`)
        return pipe(writePack(path, part), Effect.as(path))
      }),
    )
  }

const listed = (folder: string): Effect.Effect<readonly FolderEntry[]> =>
  pipe(listFolder(folder), ifMissing(folder, Effect.of<readonly FolderEntry[]>([])))

/** The opened packs of a folder, and the paths of those that are damaged. */
interface OpenedPacks {
  readonly packs: readonly FeaturePack[]
  readonly damaged: readonly string[]
}

/** Opens all packs of a folder. Lines name those that cannot be read, or are not of the encoder's outputs. */
const openPacks = (
  folder: string,
  outputs: readonly string[],
  entries: readonly FolderEntry[],
): Effect.Effect<OpenedPacks> => {
  const isOfEncoder = (pack: FeaturePack): E.Either<Failure, unknown> =>
    outputs.every((output) => pack.outputs.some(({ name }) => name === output))
      ? E.right(pack)
      : E.left(brokenFile(pack.path)('it lacks outputs of the image encoder'))
  const paths = entries.flatMap(({ name }) => (packName.test(name) ? [join(folder, name)] : []))
  return pipe(
    paths,
    Effect.traverseArray((path) => pipe(openPack(path), Effect.tapEither(isOfEncoder), attemptRows)),
    Effect.map((opened) => ({
      packs: opened.flatMap((pack) => (E.isRight(pack) ? [pack.right] : [])),
      damaged: paths.filter((_, i) => {
        const pack = opened[i]
        return pack !== undefined && E.isLeft(pack) && isDamage(pack.left)
      }),
    })),
  )
}

/** Packs with room for the rows of another one like them, and with rows of these keys only. */
const smallPacksAmong = (
  packs: readonly FeaturePack[],
  keys: { readonly has: (key: string) => boolean },
): readonly FeaturePack[] =>
  packs.filter(
    (pack) => pack.keys.length <= rowsOfPack(pack.outputs) / 2 && pack.keys.every((key) => keys.has(key)),
  )

/** Where a row is. */
interface Place {
  readonly pack: FeaturePack
  readonly row: number
}

/** The places of these keys; of a row that is in several packs the one in the last. */
const placesOf = (packs: readonly FeaturePack[], wanted: ReadonlySet<string>): ReadonlyMap<string, Place> =>
  new Map(
    packs.flatMap((pack) =>
      pack.keys.flatMap((key, row): readonly (readonly [string, Place])[] =>
        wanted.has(key) ? [[key, { pack, row }]] : [],
      ),
    ),
  )

/** Tables of zeros for the rows of so many images. */
const emptyTables = (pack: FeaturePack | undefined, images: number): NamedValues =>
  Object.fromEntries((pack?.outputs ?? []).map(({ name, shape }) => [name, zeros('f32', [images, ...shape])]))

/** The rows of each pack, and where they go: for each view a table with a row for each image. */
const rowsByPack = (
  places: readonly (readonly Place[])[],
  views: readonly NamedValues[],
): ReadonlyMap<FeaturePack, readonly WantedRow[]> => {
  const byPack = new Map<FeaturePack, WantedRow[]>()
  places.forEach((own, position) =>
    own.forEach(({ pack, row }, view) => {
      const rows = byPack.get(pack) ?? []
      rows.push({ row, tables: views[view] ?? {}, position })
      byPack.set(pack, rows)
    }),
  )
  return byPack
}

/** Reads the rows of images that the opened packs hold under all of their views. */
const readHeld = (
  keys: readonly (readonly string[])[],
  { packs, damaged }: OpenedPacks,
): Effect.Effect<FoundRows> => {
  const wanted = new Set(keys.flat())
  const places = placesOf(packs, wanted)
  const held = keys.flatMap((own, position) => {
    const found = own.flatMap((key) => places.get(key) ?? [])
    return found.length === own.length ? [{ position, places: found }] : []
  })
  const views = Array.from({ length: keys[0]?.length ?? 0 }, () => emptyTables(packs[0], held.length))
  const byPack = rowsByPack(
    held.map((image) => image.places),
    views,
  )
  return pipe(
    inChunks('reading features', [...byPack], 1, ([chunk]) =>
      chunk === undefined
        ? Effect.of([])
        : pipe(
            readPackRows(...chunk),
            attemptRows,
            Effect.map((outcome) => (E.isLeft(outcome) ? [{ pack: chunk[0], failure: outcome.left }] : [])),
          ),
    ),
    Effect.map((outcomes): FoundRows => {
      const unread = outcomes.flat()
      const lost = new Set(unread.map(({ pack }) => pack))
      const rows = held.flatMap((image, row) =>
        image.places.some(({ pack }) => lost.has(pack)) ? [] : [row],
      )
      return {
        positions: rows.flatMap((row) => held[row]?.position ?? []),
        views: lost.size === 0 ? views : views.map((tables) => pickNamedRows(tables, rows)),
        damaged: [
          ...damaged,
          ...unread.flatMap(({ pack: { path }, failure }) => (isDamage(failure) ? [path] : [])),
        ],
        scattered: smallPacksAmong(packs, wanted).length > 1,
      }
    }),
  )
}

/** How often packs are looked for again because another process has just gathered some of those that were listed. */
const mostAttempts = 10

/** The store in the folder of one encoder, whose outputs have these names. */
export const featureStore = (folder: string, outputs: readonly string[]): FeatureStore => {
  const find = (images: readonly ViewsOfImage[], attempts: number): Effect.Effect<FoundRows> => {
    const keys = images.map(keysOf)
    return pipe(
      listed(folder),
      Effect.flatMap((entries) => {
        const singles = singleRowKeys(new Set(entries.map(({ name }) => name)), byView(keys))
        return singles.length === 0
          ? Effect.of(entries)
          : pipe(packSingleRows(folder, singles, writePacks(folder)), Effect.apSecond(listed(folder)))
      }),
      Effect.flatMap((entries) => openPacks(folder, outputs, entries)),
      Effect.flatMap((opened) => readHeld(keys, opened)),
      Effect.orElse((failure) =>
        failure.tag === 'FileMissing' && attempts > 1 ? find(images, attempts - 1) : Effect.left(failure),
      ),
    )
  }
  const gather: FeatureStore['gather'] = (images, views) => {
    const rows = keyedRows(images, views)
    return pipe(
      listed(folder),
      Effect.flatMap((entries) => openPacks(folder, outputs, entries)),
      Effect.map(({ packs }) => smallPacksAmong(packs, rows)),
      Effect.flatMap((small) => {
        const keys = new Set(small.flatMap((pack) => pack.keys))
        return small.length < 2
          ? Effect.unit
          : pipe(
              writePacks(folder)([...rows.values()].filter(({ key }) => keys.has(key))),
              Effect.flatMap((written) =>
                discard(small.flatMap(({ path }) => (written.includes(path) ? [] : [path]))),
              ),
            )
      }),
      Effect.orElse((failure) => printLine(`features stay in small files: ${explain(failure)}`)),
    )
  }
  const discard: FeatureStore['discard'] = (paths) =>
    pipe(paths, Effect.traverseArray(remove), Effect.as(undefined))
  return {
    find: (images) => find(images, mostAttempts),
    keep: (images, views) =>
      pipe(
        makeFolder(folder),
        Effect.apSecond(writePacks(folder)([...keyedRows(images, views).values()])),
        Effect.as(undefined),
      ),
    gather,
    discard,
  }
}
