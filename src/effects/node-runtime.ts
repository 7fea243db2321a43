/** The real world: files of the system, images through sharp, the system's clock and the terminal. */
import * as fs from 'node:fs/promises'
import * as nodePath from 'node:path'
import { setImmediate as immediate } from 'node:timers/promises'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Engine } from './engine.js'
import type { Failure, FileMissing, FileRefused } from './failure.js'
import { decodeImages } from './images/decode.js'
import type { EntryKind, FolderEntry, PathStatus, Progress } from './instruction.js'
import type { FileSystem, Runtime } from './runtime.js'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** What the system's refusals are called here. */
const systemFailure =
  (path: string, action: FileRefused['action'], kind: FileMissing['kind'] = 'file') =>
  (error: unknown): Failure =>
    codeOf(error) === 'ENOENT'
      ? { tag: 'FileMissing', path, kind }
      : {
          tag: 'FileRefused',
          path,
          action,
          reason: error instanceof Error ? error.message : String(error),
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

/** Fills `bytes` from `offset` on; the number of bytes that were there. */
const fill = async (file: fs.FileHandle, bytes: Uint8Array, offset: number): Promise<number> => {
  let filled = 0
  while (filled < bytes.length) {
    const length = Math.min(largestRead, bytes.length - filled)
    const { bytesRead } = await file.read(bytes, filled, length, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}

const writeAll = async (file: fs.FileHandle, chunks: readonly Uint8Array[]): Promise<void> => {
  for (const chunk of chunks) {
    for (let written = 0; written < chunk.length;) {
      const { bytesWritten } = await file.write(chunk, written, Math.min(largestRead, chunk.length - written))
      written += bytesWritten
    }
  }
}

/** Makes a rename last: the folder's own entry is written to disk. Not every system can; Windows refuses. */
const syncFolder = (path: string): Promise<void> =>
  process.platform === 'win32' ? Promise.resolve() : withFile(path, 'r', (folder) => folder.sync())

const kindOf = (entry: { isFile: () => boolean; isDirectory: () => boolean }): EntryKind =>
  entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other'

/** What a path leads to, links followed; a link that leads nowhere is neither file nor folder. */
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

/** The file system of the machine. */
export const nodeFiles: FileSystem = {
  readFile: (path) =>
    TE.tryCatch(
      () =>
        withFile(path, 'r', async (file) => {
          const bytes = new Uint8Array((await file.stat()).size)
          return bytes.subarray(0, await fill(file, bytes, 0))
        }),
      systemFailure(path, 'read'),
    ),
  readRange: (path, offset, length) =>
    pipe(
      TE.tryCatch(
        () =>
          withFile(path, 'r', async (file) => {
            const { size } = await file.stat()
            const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
            return { size, bytes: bytes.subarray(0, await fill(file, bytes, offset)) }
          }),
        systemFailure(path, 'read'),
      ),
      TE.flatMap(({ size, bytes }) =>
        bytes.length === length
          ? TE.right(bytes)
          : TE.left<Failure>({ tag: 'FileTooShort', path, size, wanted: offset + length }),
      ),
    ),
  writeFile: (path, chunks) =>
    TE.tryCatch(
      async () => {
        const temporary = `${path}.partial`
        await withFile(temporary, 'w', async (file) => {
          await writeAll(file, chunks)
          await file.sync()
        })
        await fs.rename(temporary, path)
        await syncFolder(nodePath.dirname(path))
      },
      systemFailure(path, 'write', 'folder'),
    ),
  appendLine: (path, line) =>
    TE.tryCatch(() => fs.appendFile(path, `${line}\n`), systemFailure(path, 'write', 'folder')),
  listFolder: (path) => TE.tryCatch(() => listEntries(path), systemFailure(path, 'list', 'folder')),
  makeFolder: (path) =>
    TE.tryCatch(
      async () => {
        await fs.mkdir(path, { recursive: true })
      },
      systemFailure(path, 'create'),
    ),
  pathStatus: (path) => TE.tryCatch(() => statusOf(path), systemFailure(path, 'read')),
  remove: (path) =>
    TE.tryCatch(() => fs.rm(path, { recursive: true, force: true }), systemFailure(path, 'remove')),
}

/** How a person sees a run, and stops it. */
export interface Terminal {
  readonly printLine: (line: string) => void
  readonly reportProgress: (progress: Progress) => void
  /** Aborted when the user asks to stop. */
  readonly stop: AbortSignal
}

/**
 * The runtime of real runs.
 *
 * @example
 * await interpret(training)(nodeRuntime(engine, { printLine: console.log, reportProgress: bar, stop: stopOnSignal() }))()
 */
export const nodeRuntime = (engine: Engine, terminal: Terminal): Runtime => ({
  files: nodeFiles,
  decodeImages: decodeImages(nodeFiles.readFile),
  engine,
  now: () => Date.now(),
  printLine: terminal.printLine,
  reportProgress: terminal.reportProgress,
  yieldControl: () => immediate(),
  interrupted: () => terminal.stop.aborted,
  intercept: () => ({ tag: 'proceed' }),
})

/**
 * A signal that is aborted by the first ctrl-C (or a polite kill): the run stops at the next `yieldControl`, in good
 * order. A second ctrl-C ends the process at once, as usual.
 */
export const stopOnSignal = (): AbortSignal => {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}

/** Nothing is shown and nobody stops the run. */
export const silentTerminal: Terminal = {
  printLine: () => undefined,
  reportProgress: () => undefined,
  stop: new AbortController().signal,
}
