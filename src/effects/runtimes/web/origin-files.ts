/** The origin private file system of a browser: files of a web site that no other site sees, and that outlive the tab. */
import { pipe } from 'fp-ts/lib/function.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { reasonOf } from '../../../engines/reason-of.js'
import type { Failure, FileMissing, FileRefused } from '../../failure.js'
import type { FolderEntry, PathStatus } from '../../instruction.js'
import { basename, dirname, normalize } from '../../paths.js'
import type { FileSystem } from '../../runtime.js'
import { hashOf } from '../hash-in-memory.js'

/** The name of the exception that browsers throw for it; empty for other errors. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** The failure for an exception of the browser. */
const refusal =
  (path: string, action: FileRefused['action'], kind: FileMissing['kind'] = 'file') =>
  (error: unknown): Failure => {
    const name = nameOf(error)
    if (name === 'NotFoundError') return { tag: 'FileMissing', path, kind }
    const another = action === 'read' ? 'it is not a file' : 'there is something else of that name'
    return {
      tag: 'FileRefused',
      path,
      action,
      reason: name === 'TypeMismatchError' ? another : reasonOf(error),
    }
  }

/** The folder at a path, which is made if asked for. The top of the file system is both `/` and `.`. */
const folderAt = async (path: string, create = false): Promise<FileSystemDirectoryHandle> => {
  let folder = await navigator.storage.getDirectory()
  for (const part of normalize(path).split('/')) {
    if (part !== '' && part !== '.') folder = await folder.getDirectoryHandle(part, { create })
  }
  return folder
}

const fileAt = async (path: string): Promise<FileSystemFileHandle> =>
  (await folderAt(dirname(normalize(path)))).getFileHandle(basename(path))

/** Writes chunks from a position of a file. What was there before stays until all is written. */
const writeFrom = async (
  file: FileSystemFileHandle,
  position: number,
  chunks: readonly Uint8Array[],
): Promise<void> => {
  const stream = await file.createWritable({ keepExistingData: position > 0 })
  try {
    let at = position
    for (const data of chunks) {
      await stream.write({ type: 'write', position: at, data })
      at += data.length
    }
  } catch (error) {
    await stream.abort()
    throw error
  }
  await stream.close()
}

/** Fails where a folder has the name that a file is to have: a browser would put the file into it. */
const unlessFolder = async (folder: FileSystemDirectoryHandle, name: string): Promise<void> => {
  try {
    await folder.getFileHandle(name)
  } catch (error) {
    if (nameOf(error) !== 'NotFoundError') throw error
  }
}

/** A new file has its name only once it is whole. */
const writeAtomically = async (path: string, chunks: readonly Uint8Array[]): Promise<void> => {
  const name = basename(path)
  const folder = await folderAt(dirname(normalize(path)))
  await unlessFolder(folder, name)
  const temporary = `${name}.partial`
  const file = await folder.getFileHandle(temporary, { create: true })
  try {
    await writeFrom(file, 0, chunks)
    await file.move(folder, name)
  } catch (error) {
    await folder.removeEntry(temporary)
    throw error
  }
}

const append = async (path: string, bytes: Uint8Array): Promise<void> => {
  const folder = await folderAt(dirname(normalize(path)))
  const file = await folder.getFileHandle(basename(path), { create: true })
  await writeFrom(file, (await file.getFile()).size, [bytes])
}

const move = async (from: string, to: string): Promise<void> => {
  const folder = await folderAt(dirname(normalize(to)))
  await unlessFolder(folder, basename(to))
  if (normalize(from) !== normalize(to)) await (await fileAt(from)).move(folder, basename(to))
}

const bytesOf = async (file: WebFile): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer())

const readAll = async (path: string): Promise<Uint8Array> => bytesOf(await (await fileAt(path)).getFile())

const list = async (path: string): Promise<readonly FolderEntry[]> => {
  const entries: FolderEntry[] = []
  for await (const [name, { kind }] of (await folderAt(path)).entries()) {
    entries.push({ name, kind: kind === 'file' ? 'file' : 'folder' })
  }
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

const statusOf = async (path: string): Promise<PathStatus> => {
  try {
    return { kind: 'file', size: (await (await fileAt(path)).getFile()).size }
  } catch (error) {
    if (nameOf(error) === 'NotFoundError') return { kind: 'missing' }
  }
  // What is no file is a folder, or lies below a file.
  try {
    await folderAt(path)
    return { kind: 'folder' }
  } catch (error) {
    if (nameOf(error) === 'TypeMismatchError') return { kind: 'missing' }
    throw error
  }
}

const removeAll = async (path: string): Promise<void> => {
  if ((await statusOf(path)).kind === 'missing') return
  await (await folderAt(dirname(normalize(path)))).removeEntry(basename(path), { recursive: true })
}

/** What ends each lock that this worker holds, by the folder's path. */
const held = new Map<string, () => void>()

/** The name of a folder's lock among all of the site. */
const lockName = (path: string): string => `tensile ${normalize(path)}`

/** Whether the lock was free. A lock ends with the tab or worker that holds it, in whatever way that ends. */
const lock = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const granted = (given: object | null): Promise<void> | undefined => {
      resolve(given !== null)
      return given === null ? undefined : new Promise((end) => held.set(normalize(path), end))
    }
    navigator.locks.request(lockName(path), { ifAvailable: true }, granted).catch(reject)
  })

const readSome = async (path: string, offset: number, length: number): Promise<Uint8Array | number> => {
  const file = await (await fileAt(path)).getFile()
  return offset + length <= file.size ? bytesOf(file.slice(offset, offset + length)) : file.size
}

const writing = (path: string, work: () => Promise<void>): TaskEither<Failure, void> =>
  TE.tryCatch(work, refusal(path, 'write', 'folder'))

/**
 * The origin private file system. It outlives the tab, until the user or the browser clears the site's data. A crash
 * leaves the old file or the new one; locks hold between tabs and end with their tab.
 */
export const originFiles: FileSystem = {
  readFile: (path) => TE.tryCatch(() => readAll(path), refusal(path, 'read')),
  readRange: (path, offset, length) =>
    pipe(
      TE.tryCatch(() => readSome(path, offset, length), refusal(path, 'read')),
      TE.flatMap((found) =>
        typeof found === 'number'
          ? TE.left<Failure, Uint8Array>({
              tag: 'FileTooShort',
              path,
              size: found,
              wanted: offset + length,
            })
          : TE.right(found),
      ),
    ),
  writeFile: (path, chunks) => writing(path, () => writeAtomically(path, chunks)),
  appendBytes: (path, bytes) => writing(path, () => append(path, bytes)),
  appendLine: (path, line) => writing(path, () => append(path, new TextEncoder().encode(`${line}\n`))),
  moveFile: (from, to) =>
    pipe(
      TE.tryCatch(() => fileAt(from), refusal(from, 'read')),
      TE.flatMap(() => writing(to, () => move(from, to))),
    ),
  hashFile: (path, kind) => TE.tryCatch(async () => hashOf(kind, await readAll(path)), refusal(path, 'read')),
  listFolder: (path) => TE.tryCatch(() => list(path), refusal(path, 'list', 'folder')),
  makeFolder: (path) =>
    TE.tryCatch(
      async () => {
        await folderAt(path, true)
      },
      refusal(path, 'create'),
    ),
  pathStatus: (path) => TE.tryCatch(() => statusOf(path), refusal(path, 'read')),
  remove: (path) => TE.tryCatch(() => removeAll(path), refusal(path, 'remove')),
  lockFolder: (path) =>
    pipe(
      TE.tryCatch(() => lock(path), refusal(path, 'write')),
      TE.flatMap((free) =>
        free
          ? TE.right(undefined)
          : TE.left<Failure>({
              tag: 'FileRefused',
              path,
              action: 'write',
              reason: 'another tab or worker of this site writes in it: wait until it ends, or close it',
            }),
      ),
    ),
  unlockFolder: (path) =>
    TE.fromIO(() => {
      held.get(normalize(path))?.()
      held.delete(normalize(path))
    }),
  isFolderLocked: (path) =>
    TE.tryCatch(
      async () => {
        const { held: all = [] } = await navigator.locks.query()
        return all.some(({ name }) => name === lockName(path))
      },
      refusal(path, 'read'),
    ),
}
