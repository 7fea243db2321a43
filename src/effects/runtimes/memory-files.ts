/** Files in memory: for tests, and for tabs. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure, FileRefused } from '../failure.js'
import type { EntryKind, FolderEntry } from '../instruction.js'
import { basename, dirname, normalize } from '../paths.js'
import type { FileSystem } from '../runtime.js'
import { hashOf } from './hash-in-memory.js'

/** The disk: outlives a crash, and is given to the next runtime. Folders hold nothing themselves. */
export interface MemoryDisk {
  readonly files: Map<string, Uint8Array>
  readonly folders: Set<string>
}

/** A path and all folders above it. */
const withAncestors = (path: string): readonly string[] =>
  dirname(path) === path ? [path] : [path, ...withAncestors(dirname(path))]

/** A disk with these files, and the folders that they need. */
export const memoryDisk = (files: Readonly<Record<string, Uint8Array>> = {}): MemoryDisk => {
  const disk: MemoryDisk = { files: new Map(), folders: new Set(['/', '.']) }
  for (const [path, bytes] of Object.entries(files)) {
    const normal = normalize(path)
    for (const folder of withAncestors(dirname(normal))) disk.folders.add(folder)
    disk.files.set(normal, bytes.slice())
  }
  return disk
}

export const concatenate = (chunks: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

export const encodeLine = (line: string): Uint8Array => new TextEncoder().encode(`${line}\n`)

export const appended = (disk: MemoryDisk, path: string, bytes: Uint8Array): Uint8Array =>
  concatenate([disk.files.get(normalize(path)) ?? new Uint8Array(), bytes])

const missing = (path: string, kind: 'file' | 'folder'): TaskEither<Failure, never> =>
  TE.left({ tag: 'FileMissing', path, kind })

const refused = (path: string, action: FileRefused['action'], reason: string): TaskEither<Failure, never> =>
  TE.left({ tag: 'FileRefused', path, action, reason })

/** Files of a memory disk. Locks go with the world: there is one process in it. */
export const memoryFiles = (disk: MemoryDisk): FileSystem => {
  const locks = new Set<string>()
  const read = (path: string): TaskEither<Failure, Uint8Array> => {
    const bytes = disk.files.get(normalize(path))
    if (bytes !== undefined) return TE.right(bytes)
    return disk.folders.has(normalize(path))
      ? refused(path, 'read', 'it is not a file')
      : missing(path, 'file')
  }
  const write = (path: string, bytes: Uint8Array): TaskEither<Failure, void> => {
    const normal = normalize(path)
    if (!disk.folders.has(dirname(normal))) return missing(path, 'folder')
    if (disk.folders.has(normal)) return refused(path, 'write', 'it is a folder')
    disk.files.set(normal, bytes)
    return TE.right(undefined)
  }
  return {
    readFile: (path) => TE.map((bytes: Uint8Array) => bytes.slice())(read(path)),
    readRange: (path, offset, length) =>
      TE.flatMap((bytes: Uint8Array) =>
        offset + length <= bytes.length
          ? TE.right(bytes.slice(offset, offset + length))
          : TE.left<Failure>({ tag: 'FileTooShort', path, size: bytes.length, wanted: offset + length }),
      )(read(path)),
    writeFile: (path, chunks) => write(path, concatenate(chunks)),
    appendBytes: (path, bytes) => write(path, appended(disk, path, bytes)),
    moveFile: (from, to) =>
      TE.flatMap((bytes: Uint8Array) =>
        TE.map(() => {
          if (normalize(from) !== normalize(to)) disk.files.delete(normalize(from))
        })(write(to, bytes)),
      )(read(from)),
    hashFile: (path, kind) => TE.flatMapTask((bytes: Uint8Array) => () => hashOf(kind, bytes))(read(path)),
    appendLine: (path, line) => write(path, appended(disk, path, encodeLine(line))),
    listFolder: (path) => {
      const normal = normalize(path)
      if (!disk.folders.has(normal)) return missing(path, 'folder')
      const inside = (kind: EntryKind, paths: Iterable<string>): readonly FolderEntry[] =>
        [...paths]
          .filter((entry) => entry !== normal && dirname(entry) === normal)
          .map((entry) => ({ name: basename(entry), kind }))
      return TE.right(
        [...inside('file', disk.files.keys()), ...inside('folder', disk.folders)].toSorted((a, b) =>
          a.name < b.name ? -1 : 1,
        ),
      )
    },
    makeFolder: (path) => {
      const folders = withAncestors(normalize(path))
      return folders.some((folder) => disk.files.has(folder))
        ? refused(path, 'create', 'there is a file of that name')
        : TE.fromIO(() => folders.forEach((folder) => disk.folders.add(folder)))
    },
    pathStatus: (path) => {
      const file = disk.files.get(normalize(path))
      if (file !== undefined) return TE.right({ kind: 'file', size: file.length })
      return TE.right({ kind: disk.folders.has(normalize(path)) ? 'folder' : 'missing' })
    },
    lockFolder: (path) => {
      if (locks.has(normalize(path)))
        return TE.left({ tag: 'FolderInUse', path, pid: 1, host: 'memory', lock: `${path}/run.lock` })
      return TE.fromIO(() => void locks.add(normalize(path)))
    },
    unlockFolder: (path) => TE.fromIO(() => void locks.delete(normalize(path))),
    isFolderLocked: (path) => TE.fromIO(() => locks.has(normalize(path))),
    remove: (path) =>
      TE.fromIO(() => {
        const normal = normalize(path)
        const within = (entry: string): boolean => entry === normal || entry.startsWith(`${normal}/`)
        for (const entry of [...disk.files.keys()].filter(within)) disk.files.delete(entry)
        for (const entry of [...disk.folders].filter(within)) disk.folders.delete(entry)
      }),
  }
}
