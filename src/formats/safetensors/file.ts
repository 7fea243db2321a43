/** Safetensors files as effects: opened by their header, read tensor by tensor, written whole; also in shards. */
import { dirname, join } from '../../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { TensorValue } from '../../values/value.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { similarNames } from '../../engines/similar-names.js'
import { pathStatus, readRange, writeFile } from '../../effects/operations.js'
import { readJson } from '../../effects/text-file.js'
import type { SafetensorsOptions, TensorFile } from './encode.js'
import { decodeTensor, encodeSafetensors } from './encode.js'
import type { TensorEntry } from './header.js'
import { foreignFormat } from './foreign-format.js'
import { decodeHeader, decodeHeaderLength, prefixSize } from './header.js'

/** A tensor of an opened file, not yet read. */
export interface StoredTensor extends TensorEntry {
  /** The file that it is in. */
  readonly path: string
}

/** Opened files: only their headers have been read. */
export interface TensorStore {
  /** The file that was opened; for a sharded checkpoint, its index. */
  readonly path: string
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: Readonly<Record<string, string>>
}

const fileSize = (path: string): Effect.Effect<number> =>
  pipe(
    pathStatus(path),
    Effect.flatMapEither((status): E.Either<Failure, number> => {
      if (status.kind === 'file') return E.right(status.size)
      if (status.kind === 'missing') return E.left({ tag: 'FileMissing', path, kind: 'file' })
      return E.left({ tag: 'FileRefused', path, action: 'read', reason: 'it is not a file' })
    }),
  )

/** Length of the header; for a file in another format, a failure that names the format. */
const headerLength = (path: string, size: number, prefix: Uint8Array): E.Either<Failure, number> =>
  pipe(
    decodeHeaderLength(path, size, prefix),
    E.mapLeft((broken): Failure => foreignFormat(path, prefix) ?? broken),
  )

/**
 * Opens one file. Fails with `FileMissing`, `FileRefused`, `FileUnsupported` or, saying what is wrong with it,
 * `FileBroken`.
 *
 * @example
 * pipe(openSafetensors('clip.safetensors'), Effect.flatMap((store) => readTensor(store, 'visual.proj')))
 */
export const openSafetensors = (path: string): Effect.Effect<TensorStore> =>
  pipe(
    Effect.Do,
    Effect.bind('size', () => fileSize(path)),
    Effect.bind('prefix', ({ size }) => readRange(path, 0, Math.min(size, prefixSize))),
    Effect.bindEither('length', ({ size, prefix }) => headerLength(path, size, prefix)),
    Effect.bind('json', ({ length }) => readRange(path, prefixSize, length)),
    Effect.flatMapEither(({ size, json }) => decodeHeader(path, size, json)),
    Effect.map(({ entries, metadata }) => ({
      path,
      tensors: new Map(entries.map((entry) => [entry.name, { ...entry, path }])),
      metadata,
    })),
  )

/** The index of a sharded checkpoint: for each tensor, the file in the index's folder that holds it. */
const ShardIndex = t.type({ weight_map: t.record(t.string, t.string) })

const isPlainName = (file: string): boolean => /^[^/\\]+$/.test(file) && file !== '.' && file !== '..'

/** For each tensor, the file that holds it. An index that points out of its own folder is refused. */
const readIndex = (path: string): Effect.Effect<Readonly<Record<string, string>>> =>
  pipe(
    readJson(path, ShardIndex),
    Effect.flatMapEither(({ weight_map: files }): E.Either<Failure, Readonly<Record<string, string>>> => {
      const elsewhere = Object.values(files).find((file) => !isPlainName(file))
      return elsewhere === undefined
        ? E.right(files)
        : E.left({
            tag: 'DecodeFailed',
            path,
            problems: [`weight_map names '${elsewhere}', which is not the name of a file next to the index`],
          })
    }),
  )

const filesOf = (index: Readonly<Record<string, string>>): readonly string[] =>
  [...new Set(Object.values(index))].toSorted()

/** Names of the files that an index names, all in its folder. */
export const readShardIndex = (path: string): Effect.Effect<readonly string[]> =>
  pipe(readIndex(path), Effect.map(filesOf))

/**
 * Opens a checkpoint that is spread over several files, by its index (`model.safetensors.index.json`).
 *
 * Also fails if the index names a file outside of its folder, or a tensor that is not in its file.
 */
export const openSharded = (path: string): Effect.Effect<TensorStore> =>
  pipe(
    readIndex(path),
    Effect.flatMap((files) =>
      pipe(
        filesOf(files),
        Effect.traverseArray((file) => openSafetensors(join(dirname(path), file))),
        Effect.flatMapEither((shards) => {
          const opened = new Map(shards.map((shard) => [shard.path, shard]))
          return pipe(
            Object.entries(files),
            E.traverseArray(([name, file]): E.Either<Failure, readonly [string, StoredTensor]> => {
              const shard = join(dirname(path), file)
              const tensor = opened.get(shard)?.tensors.get(name)
              return tensor === undefined
                ? E.left({ tag: 'TensorMissing', name, where: shard, similar: [] })
                : E.right([name, tensor])
            }),
            E.map((tensors) => ({
              path,
              tensors: new Map(tensors),
              metadata: Object.fromEntries(shards.flatMap(({ metadata }) => Object.entries(metadata))),
            })),
          )
        }),
      ),
    ),
  )

/** Reads one tensor. Fails with `TensorMissing`, naming tensors with similar names. */
export const readTensor = (store: TensorStore, name: string): Effect.Effect<TensorValue> => {
  const stored = store.tensors.get(name)
  if (stored === undefined)
    return Effect.left({
      tag: 'TensorMissing',
      name,
      where: store.path,
      similar: similarNames(name, [...store.tensors.keys()]),
    })
  return pipe(
    readRange(stored.path, stored.begin, stored.end - stored.begin),
    Effect.flatMapEither((bytes) => decodeTensor(stored.path, stored, bytes)),
  )
}

/**
 * Reads `count` rows of a tensor along its first axis, from row `first`, in one go. Fails with `FileTooShort` where the file ends
 * before them.
 */
export const readRows = (stored: StoredTensor, first: number, count: number): Effect.Effect<TensorValue> => {
  const [rows = 1, ...rest] = stored.shape
  const rowBytes = (stored.end - stored.begin) / rows
  return pipe(
    readRange(stored.path, stored.begin + first * rowBytes, count * rowBytes),
    Effect.flatMapEither((bytes) => decodeTensor(stored.path, { ...stored, shape: [count, ...rest] }, bytes)),
  )
}

/** Reads these tensors, or all, one after the other. */
export const readTensors = (
  store: TensorStore,
  names: readonly string[] = [...store.tensors.keys()],
): Effect.Effect<NamedValues> =>
  pipe(
    names,
    Effect.traverseArray((name) =>
      pipe(
        readTensor(store, name),
        Effect.map((value) => [name, value] as const),
      ),
    ),
    Effect.map((tensors) => Object.fromEntries(tensors)),
  )

/** Reads a whole file. */
export const readSafetensors = (path: string): Effect.Effect<TensorFile> =>
  pipe(
    openSafetensors(path),
    Effect.flatMap((store) =>
      pipe(
        readTensors(store),
        Effect.map((tensors) => ({ tensors, metadata: store.metadata })),
      ),
    ),
  )

/**
 * Writes a file: after a crash the old one is there or the new one, whole.
 *
 * @example
 * writeSafetensors('weights.safetensors', weights, { metadata: { step: '100' } })
 */
export const writeSafetensors = (
  path: string,
  tensors: NamedValues,
  options: SafetensorsOptions = {},
): Effect.Effect<void> =>
  pipe(
    Effect.fromEither(encodeSafetensors(path, tensors, options)),
    Effect.flatMap((chunks) => writeFile(path, chunks)),
  )
