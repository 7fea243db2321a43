/**
 * Features as earlier versions kept them: a file for each image and view, `<key>.safetensors`, of one row. They are read into packs,
 * once, and removed.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checkFinite } from '../../effects/check-finite.js'
import { counted } from '../../effects/counted.js'
import * as Effect from '../../effects/effect.js'
import { inChunks } from '../../effects/in-chunks.js'
import { ifThere, printLine, remove } from '../../effects/operations.js'
import { join } from '../../effects/paths.js'
import { readSafetensors } from '../../formats/safetensors/file.js'
import type { KeyedRow } from './feature-pack.js'
import { outputsOf, rowsOfPack } from './feature-pack.js'
import { attemptRows } from './kept-rows.js'

const pathOf = (folder: string, key: string): string => join(folder, `${key}.safetensors`)

/** Rows that are moved at a time where the first file, which says how large they are, is damaged. */
const rowsUntried = 512

/** The row of a key; nothing where its file is damaged, or gone, or has not one row. */
const readSingleRow =
  (folder: string) =>
  (key: string): Effect.Effect<readonly KeyedRow[]> => {
    const path = pathOf(folder, key)
    return pipe(
      readSafetensors(path),
      Effect.tapEither(({ tensors }) =>
        checkFinite({ where: path, advice: 'it was written by an encoder that overflowed' })(tensors),
      ),
      attemptRows,
      ifThere(path),
      Effect.map((outcome) => {
        if (outcome === undefined || E.isLeft(outcome)) return []
        const { tensors: tables } = outcome.right
        return Object.values(tables).every(({ shape: [count] }) => count === 1)
          ? [{ key, tables, position: 0 }]
          : []
      }),
    )
  }

/** As many rows as fill a pack, if they are like these. */
const rowsAtOnce = ([row]: readonly KeyedRow[]): number =>
  row === undefined ? rowsUntried : rowsOfPack(outputsOf(row.tables))

/**
 * Reads the files of these keys, one at least, into packs, as many at a time as fill one, and removes them once the pack is written; a line says so. Files
 * that are damaged are removed, too.
 */
export const packSingleRows = (
  folder: string,
  keys: readonly string[],
  writePacks: (rows: readonly KeyedRow[]) => Effect.Effect<unknown>,
): Effect.Effect<void> => {
  const read = readSingleRow(folder)
  return pipe(
    printLine(
      `${folder}: features of ${counted(keys.length, 'image and view', 'images and views')} lie in a file each: they are moved into larger files, once`,
    ),
    Effect.apSecond(pipe(keys.slice(0, 1), Effect.traverseArray(read))),
    Effect.flatMap((tried) =>
      inChunks('moving features', keys, rowsAtOnce(tried.flat()), (chunk) =>
        pipe(
          chunk,
          Effect.traverseArray(read),
          Effect.map((rows) => rows.flat()),
          Effect.flatMap(writePacks),
          Effect.apSecond(
            pipe(
              chunk,
              Effect.traverseArray((key) => remove(pathOf(folder, key))),
            ),
          ),
        ),
      ),
    ),
    Effect.as(undefined),
  )
}

/** Of these keys those that have a file of their own among the names of a folder. */
export const singleRowKeys = (names: ReadonlySet<string>, keys: readonly string[]): readonly string[] =>
  keys.filter((key) => names.has(`${key}.safetensors`))
