/** The file system of the machine, its refusals as failures. */
import * as fs from 'node:fs/promises'
import * as nodePath from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure, FileMissing, FileRefused } from '../failure.js'
import { reasonOf } from '../../engines/reason-of.js'
import { removeAbandoned } from './abandoned-files.js'
import { startHash } from './file-hash.js'
import type { EntryKind, FileHash, FolderEntry, PathStatus } from '../instruction.js'
import { lockPath, machineLocks } from './folder-lock.js'
import type { FileSystem } from '../runtime.js'
import { codeOf } from './system-error.js'
import { temporaryPath } from './temporary-path.js'

/** The reason of an error. The system's own words for a file in the place of a folder would be misleading. */
const refusalOf = (code: string, action: FileRefused['action'], error: unknown): string => {
  if (action === 'create' && (code === 'EEXIST' || code === 'ENOTDIR')) return 'there is a file of that name'
  if (code === 'EROFS') return 'the disk is read-only'
  if (code === 'EACCES') return 'this user has no permission'
  return reasonOf(error)
}

/** The failure for an error of the system. A path below a file is missing, as one below no folder is. */
const systemFailure =
  (path: string, action: FileRefused['action'], kind: FileMissing['kind'] = 'file') =>
  (error: unknown): Failure => {
    const code = codeOf(error)
    return code === 'ENOENT' || (code === 'ENOTDIR' && action !== 'create')
      ? { tag: 'FileMissing', path, kind }
      : {
          tag: 'FileRefused',
          path,
          action,
          reason: refusalOf(code, action, error),
        }
  }

/** Runs `use` on an open file and closes it. */
const withFile = async <A>(
  path: string,
  flags: string,
  use: (file: fs.FileHandle) => Promise<A>,
): Promise<A> => {
  const file = await fs.open(path, flags)
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

/** The system reads at most 2 GiB at a time. */
const largestRead = 2 ** 30

/** Up to `length` bytes from `offset`: fewer if the file ends before. */
const readBytes = (path: string, offset: number, length: number): Promise<Uint8Array> =>
  withFile(path, 'r', async (file) => {
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const wanted = Math.min(largestRead, length - filled)
      const { bytesRead } = await file.read(bytes, filled, wanted, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  })

const writeAll = async (file: fs.FileHandle, chunks: readonly Uint8Array[]): Promise<void> => {
  for (const chunk of chunks) {
    for (let written = 0; written < chunk.length;) {
      const { bytesWritten } = await file.write(chunk, written, Math.min(largestRead, chunk.length - written))
      written += bytesWritten
    }
  }
}

/** Folders in which this process has looked for files that others left. */
const swept = new Set<string>()

/** Removes what killed processes left in a folder, once, when this process first writes there. `own` is the file that it writes. */
const sweepOnce = async (folder: string, own: fs.FileHandle): Promise<void> => {
  const whole = nodePath.resolve(folder)
  if (swept.has(whole)) return
  swept.add(whole)
  await removeAbandoned(whole, (await own.stat()).mtimeMs)
}

/** Writes a file under another name first. If that fails, the temporary file is removed. */
const writeAtomically = async (path: string, chunks: readonly Uint8Array[]): Promise<void> => {
  const temporary = await temporaryPath(path)
  try {
    await withFile(temporary, 'w', async (file) => {
      await sweepOnce(nodePath.dirname(path), file)
      await writeAll(file, chunks)
      await file.sync()
    })
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw error
  }
  await syncFolder(nodePath.dirname(path))
}

/** Makes a rename last: the folder's own entry is written to disk. Not every system can; Windows refuses. */
const syncFolder = (path: string): Promise<void> =>
  process.platform === 'win32' ? Promise.resolve() : withFile(path, 'r', (folder) => folder.sync())

/** Gives a file that is on disk as a whole another name. */
const moveOnDisk = async (from: string, to: string): Promise<void> => {
  await withFile(from, 'r+', (file) => file.sync())
  await fs.rename(from, to)
  await syncFolder(nodePath.dirname(to))
}

/** The folder closest to the root that a path lacks. */
const firstMissing = async (path: string): Promise<string> => {
  const above = nodePath.dirname(path)
  return above === path || (await statusOf(above)).kind !== 'missing' ? path : firstMissing(above)
}

/** Makes a folder and those above it. Of a disk that cannot be written, Node.js says then that the folder is missing. */
const makeFolders = async (path: string): Promise<void> => {
  try {
    await fs.mkdir(path, { recursive: true })
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    // Alone, the first of them fails with the true reason.
    await fs.mkdir(await firstMissing(nodePath.resolve(path)))
    await fs.mkdir(path, { recursive: true })
  }
}

const hashOnDisk = (path: string, kind: FileHash['kind'], size: number): Promise<string> =>
  withFile(path, 'r', async (file) => {
    const hash = startHash(kind, size)
    for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk)
    return hash.digest('hex')
  })

const kindOf = (entry: { isFile: () => boolean; isDirectory: () => boolean }): EntryKind =>
  entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other'

/** The kind of an entry, links followed; a broken link is neither file nor folder. */
const kindBehind = async (path: string): Promise<EntryKind> => {
  try {
    return kindOf(await fs.stat(path))
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ELOOP') return 'other'
    throw error
  }
}

const listEntries = async (path: string): Promise<readonly FolderEntry[]> => {
  const entries = await fs.readdir(path, { withFileTypes: true })
  const listed = entries.map(async (entry) => ({
    name: entry.name,
    kind: entry.isSymbolicLink() ? await kindBehind(nodePath.join(path, entry.name)) : kindOf(entry),
  }))
  return (await Promise.all(listed)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

const statusOf = async (path: string): Promise<PathStatus> => {
  try {
    const status = await fs.stat(path)
    const kind = kindOf(status)
    return kind === 'file' ? { kind, size: status.size } : { kind }
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return { kind: 'missing' }
    throw error
  }
}

const removeAll = async (path: string): Promise<void> => {
  const status = await statusOf(path)
  if (status.kind !== 'missing') await fs.rm(path, { recursive: true, force: true })
}

/** Size of a file; folders and the like have none. */
const sizeOf = (path: string): TaskEither<Failure, number> =>
  pipe(
    TE.tryCatch(() => fs.stat(path), systemFailure(path, 'read')),
    TE.flatMap((status) =>
      status.isFile()
        ? TE.right(status.size)
        : TE.left<Failure>({ tag: 'FileRefused', path, action: 'read', reason: 'it is not a file' }),
    ),
  )

/** Refuses to change what lies in a folder that another process has taken over from this one. */
const unlessLost = <A>(path: string, action: FileRefused['action'], work: TaskEither<Failure, A>) =>
  pipe(
    TE.fromIO(() => machineLocks.lostAround(path)),
    TE.flatMap((folder) =>
      folder === undefined
        ? work
        : TE.left<Failure>({
            tag: 'FileRefused',
            path,
            action,
            reason: `another process has taken ${folder} over, after this one had given no sign of life for two minutes`,
          }),
    ),
  )

/** The file system of the machine. */
export const nodeFiles: FileSystem = {
  readFile: (path) =>
    pipe(
      sizeOf(path),
      TE.flatMap((size) => TE.tryCatch(() => readBytes(path, 0, size), systemFailure(path, 'read'))),
    ),
  readRange: (path, offset, length) =>
    pipe(
      sizeOf(path),
      TE.filterOrElse(
        (size) => offset + length <= size,
        (size): Failure => ({ tag: 'FileTooShort', path, size, wanted: offset + length }),
      ),
      TE.flatMap(() => TE.tryCatch(() => readBytes(path, offset, length), systemFailure(path, 'read'))),
    ),
  writeFile: (path, chunks) =>
    unlessLost(
      path,
      'write',
      TE.tryCatch(() => writeAtomically(path, chunks), systemFailure(path, 'write', 'folder')),
    ),
  appendBytes: (path, bytes) =>
    unlessLost(
      path,
      'write',
      TE.tryCatch(() => fs.appendFile(path, bytes), systemFailure(path, 'write', 'folder')),
    ),
  moveFile: (from, to) =>
    pipe(
      sizeOf(from),
      TE.flatMap(() =>
        unlessLost(
          to,
          'write',
          TE.tryCatch(() => moveOnDisk(from, to), systemFailure(to, 'write', 'folder')),
        ),
      ),
    ),
  hashFile: (path, kind) =>
    pipe(
      sizeOf(path),
      TE.flatMap((size) => TE.tryCatch(() => hashOnDisk(path, kind, size), systemFailure(path, 'read'))),
    ),
  appendLine: (path, line) =>
    unlessLost(
      path,
      'write',
      TE.tryCatch(() => fs.appendFile(path, `${line}\n`), systemFailure(path, 'write', 'folder')),
    ),
  listFolder: (path) => TE.tryCatch(() => listEntries(path), systemFailure(path, 'list', 'folder')),
  makeFolder: (path) => TE.tryCatch(() => makeFolders(path), systemFailure(path, 'create')),
  pathStatus: (path) => TE.tryCatch(() => statusOf(path), systemFailure(path, 'read')),
  remove: (path) =>
    unlessLost(
      path,
      'remove',
      TE.tryCatch(() => removeAll(path), systemFailure(path, 'remove')),
    ),
  lockFolder: (path) =>
    pipe(
      TE.tryCatch(() => machineLocks.lock(path), systemFailure(lockPath(path), 'write', 'folder')),
      TE.flatMap((holder) =>
        holder === undefined
          ? TE.right(undefined)
          : TE.left<Failure>({
              tag: 'FolderInUse',
              path,
              pid: holder.pid,
              host: holder.host,
              lock: lockPath(path),
            }),
      ),
    ),
  unlockFolder: (path) =>
    TE.tryCatch(() => machineLocks.unlock(path), systemFailure(lockPath(path), 'remove')),
  isFolderLocked: (path) =>
    TE.tryCatch(
      async () => (await machineLocks.holder(path)) !== undefined,
      systemFailure(lockPath(path), 'read'),
    ),
}
