/** Where results are written: what is there already is never replaced without being asked for. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from './effect.js'
import type { OutputTaken } from './failure.js'
import { listed } from './listed.js'
import { listFolder, pathStatus } from './operations.js'

/** What lies at a place. */
export type PlaceContents =
  | { readonly tag: 'Missing' }
  /** Something that is no folder. */
  | { readonly tag: 'File' }
  /** A folder, with the names of what somebody put there. */
  | { readonly tag: 'Folder'; readonly names: readonly string[] }

/** Locks and partial files, which a process leaves that was killed; hidden files; logs of the command itself. */
const isAside = (name: string): boolean =>
  name.startsWith('.') || name.startsWith('run.lock') || /\.(partial|log|out|err|txt)$/.test(name)

/** What lies at a path. Of a folder, locks, partial files, hidden files and logs (`.log`, `.out`, `.err`, `.txt`) do not count. */
export const contentsOf = (path: string): Effect.Effect<PlaceContents> =>
  pipe(
    pathStatus(path),
    Effect.flatMap(({ kind }): Effect.Effect<PlaceContents> => {
      if (kind === 'missing') return Effect.of({ tag: 'Missing' })
      if (kind !== 'folder') return Effect.of({ tag: 'File' })
      return pipe(
        listFolder(path),
        Effect.map((entries) => ({
          tag: 'Folder',
          names: entries.map(({ name }) => name).filter((name) => !isAside(name)),
        })),
      )
    }),
  )

/** Names in a folder, in words: `it holds a.png, b.png and 3 more`. */
export const namesInWords = (names: readonly string[]): string => listed('it holds', names).join('')

/** A place that is taken. `found` is a sentence: `it is a file`. */
export const taken = (
  path: string,
  found: string,
  { wanted = 'folder', ways = [] }: Partial<Pick<OutputTaken, 'wanted' | 'ways'>> = {},
): Effect.Effect<never> => Effect.left({ tag: 'OutputTaken', path, found, wanted, ways })

/**
 * Fails with `OutputTaken` where a file would be written in the place of a folder, or of another file unless `overwrite` is
 * set.
 *
 * @example
 * pipe(checkOutputFile('classifier.onnx', { overwrite: false }), Effect.apSecond(writeText('classifier.onnx', '')))
 */
export const checkOutputFile = (
  path: string,
  { overwrite }: { readonly overwrite: boolean },
): Effect.Effect<void> =>
  pipe(
    pathStatus(path),
    Effect.flatMap(({ kind }) => {
      if (kind === 'missing') return Effect.unit
      if (kind === 'folder') return taken(path, 'it is a folder', { wanted: 'file' })
      return overwrite
        ? Effect.unit
        : taken(path, 'there is a file of that name', { wanted: 'file', ways: ['overwrite'] })
    }),
  )

/** Fails with `OutputTaken` where there is a file in the place of a folder for results. */
export const checkNoFile = (path: string): Effect.Effect<void> =>
  pipe(
    contentsOf(path),
    Effect.flatMap(({ tag }) => (tag === 'File' ? taken(path, 'it is a file') : Effect.unit)),
  )

/**
 * Fails with `OutputTaken` where files would be written into a folder that is not empty. With `overwrite`, files whose names
 * are `own` may be there, which are replaced then.
 */
export const checkOutputFolder = (
  path: string,
  { own, overwrite }: { readonly own: (name: string) => boolean; readonly overwrite: boolean },
): Effect.Effect<void> =>
  pipe(
    contentsOf(path),
    Effect.flatMap((contents) => {
      if (contents.tag === 'Missing') return Effect.unit
      if (contents.tag === 'File') return taken(path, 'it is a file')
      const others = contents.names.filter((name) => !own(name))
      if (others.length > 0) return taken(path, namesInWords(others))
      return contents.names.length === 0 || overwrite
        ? Effect.unit
        : taken(path, namesInWords(contents.names), { ways: ['overwrite'] })
    }),
  )
