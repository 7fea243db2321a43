/**
 * A world in memory, for tests: files, a clock that ticks once per reading, a console that keeps what is printed, and
 * accidents at any chosen instruction.
 */
import { posix } from 'node:path'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Engine } from '../../engines/engine.js'
import type { Failure, FileRefused } from '../failure.js'
import { startHash } from './file-hash.js'
import { decodeImageFiles } from './images/decode.js'
import { pngOfSvg } from './images/render.js'
import { thumbnailOfFile } from './images/thumbnail.js'
import type { EntryKind, FolderEntry, InstructionName, Progress, Request } from '../instruction.js'
import type { FileSystem, Hub, Runtime, Interception } from '../runtime.js'

/**
 * An accident at the instruction with this number, counted from 0.
 * - `Fail`: the instruction fails with `failure`, once; the procedure may continue.
 * - `Crash`: the process dies before the instruction.
 * - `Tear`: the process dies in the middle of it. What was being written is half there: a half line, or a half
 *   temporary file next to the old one.
 */
export type Accident =
  | { readonly at: number; readonly tag: 'Fail'; readonly failure: Failure }
  | { readonly at: number; readonly tag: 'Crash' | 'Tear' }

/** The disk: outlives a crash, and is given to the next runtime. Folders hold nothing themselves. */
export interface MemoryDisk {
  readonly files: Map<string, Uint8Array>
  readonly folders: Set<string>
}

/** A path and all folders above it. */
const withAncestors = (path: string): readonly string[] =>
  posix.dirname(path) === path ? [path] : [path, ...withAncestors(posix.dirname(path))]

/** A disk with these files, and the folders that they need. */
export const memoryDisk = (files: Readonly<Record<string, Uint8Array>> = {}): MemoryDisk => {
  const disk: MemoryDisk = { files: new Map(), folders: new Set(['/', '.']) }
  for (const [path, bytes] of Object.entries(files)) {
    const normal = posix.normalize(path)
    for (const folder of withAncestors(posix.dirname(normal))) disk.folders.add(folder)
    disk.files.set(normal, bytes.slice())
  }
  return disk
}

const concatenate = (chunks: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

const encodeLine = (line: string): Uint8Array => new TextEncoder().encode(`${line}\n`)

const appended = (disk: MemoryDisk, path: string, bytes: Uint8Array): Uint8Array =>
  concatenate([disk.files.get(posix.normalize(path)) ?? new Uint8Array(), bytes])

const firstHalf = (bytes: Uint8Array): Uint8Array => bytes.slice(0, Math.floor(bytes.length / 2))

/** What a process that dies in the middle of an instruction leaves on disk. */
const tear = (disk: MemoryDisk, request: Request): void => {
  if (request.name === 'appendLine') {
    const { path, line } = request.payload
    disk.files.set(posix.normalize(path), appended(disk, path, firstHalf(encodeLine(line))))
  }
  if (request.name === 'appendBytes') {
    const { path, bytes } = request.payload
    disk.files.set(posix.normalize(path), appended(disk, path, firstHalf(bytes)))
  }
  if (request.name === 'writeFile') {
    const { path, chunks } = request.payload
    disk.files.set(posix.normalize(`${path}.partial`), firstHalf(concatenate(chunks)))
  }
}

const missing = (path: string, kind: 'file' | 'folder'): TaskEither<Failure, never> =>
  TE.left({ tag: 'FileMissing', path, kind })

const refused = (path: string, action: FileRefused['action'], reason: string): TaskEither<Failure, never> =>
  TE.left({ tag: 'FileRefused', path, action, reason })

/** Files of a memory disk. Locks go with the world: there is one process in it. */
const memoryFiles = (disk: MemoryDisk): FileSystem => {
  const locks = new Set<string>()
  const read = (path: string): TaskEither<Failure, Uint8Array> => {
    const bytes = disk.files.get(posix.normalize(path))
    if (bytes !== undefined) return TE.right(bytes)
    return disk.folders.has(posix.normalize(path))
      ? refused(path, 'read', 'it is not a file')
      : missing(path, 'file')
  }
  const write = (path: string, bytes: Uint8Array): TaskEither<Failure, void> => {
    const normal = posix.normalize(path)
    if (!disk.folders.has(posix.dirname(normal))) return missing(path, 'folder')
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
          if (posix.normalize(from) !== posix.normalize(to)) disk.files.delete(posix.normalize(from))
        })(write(to, bytes)),
      )(read(from)),
    hashFile: (path, kind) =>
      TE.map((bytes: Uint8Array) => startHash(kind, bytes.length).update(bytes).digest('hex'))(read(path)),
    appendLine: (path, line) => write(path, appended(disk, path, encodeLine(line))),
    listFolder: (path) => {
      const normal = posix.normalize(path)
      if (!disk.folders.has(normal)) return missing(path, 'folder')
      const inside = (kind: EntryKind, paths: Iterable<string>): readonly FolderEntry[] =>
        [...paths]
          .filter((entry) => entry !== normal && posix.dirname(entry) === normal)
          .map((entry) => ({ name: posix.basename(entry), kind }))
      return TE.right(
        [...inside('file', disk.files.keys()), ...inside('folder', disk.folders)].toSorted((a, b) =>
          a.name < b.name ? -1 : 1,
        ),
      )
    },
    makeFolder: (path) => {
      const folders = withAncestors(posix.normalize(path))
      return folders.some((folder) => disk.files.has(folder))
        ? refused(path, 'create', 'there is a file of that name')
        : TE.fromIO(() => folders.forEach((folder) => disk.folders.add(folder)))
    },
    pathStatus: (path) => {
      const file = disk.files.get(posix.normalize(path))
      if (file !== undefined) return TE.right({ kind: 'file', size: file.length })
      return TE.right({ kind: disk.folders.has(posix.normalize(path)) ? 'folder' : 'missing' })
    },
    lockFolder: (path) => {
      if (locks.has(posix.normalize(path)))
        return TE.left({ tag: 'FolderInUse', path, pid: 1, host: 'memory', lock: `${path}/run.lock` })
      return TE.fromIO(() => void locks.add(posix.normalize(path)))
    },
    unlockFolder: (path) => TE.fromIO(() => void locks.delete(posix.normalize(path))),
    remove: (path) =>
      TE.fromIO(() => {
        const normal = posix.normalize(path)
        const within = (entry: string): boolean => entry === normal || entry.startsWith(`${normal}/`)
        for (const entry of [...disk.files.keys()].filter(within)) disk.files.delete(entry)
        for (const entry of [...disk.folders].filter(within)) disk.folders.delete(entry)
      }),
  }
}

/** A hub that cannot be reached. */
const noHub: Hub = {
  list: ({ hub }) => TE.left({ tag: 'HubUnreachable', hub, reason: 'there is no network' }),
  read: ({ hub }) => TE.left({ tag: 'HubUnreachable', hub, reason: 'there is no network' }),
}

/** What a test can inspect after a run in memory. */
export interface MemoryWorld {
  readonly runtime: Runtime
  readonly disk: MemoryDisk
  readonly printed: readonly string[]
  readonly progress: readonly Progress[]
  /** Names of the instructions so far, in order. */
  readonly instructions: readonly InstructionName[]
  /** The same instructions with their payloads: what was read, decoded, compiled, ... */
  readonly requests: readonly Request[]
}

/**
 * A world of its own, for one run.
 *
 * @example
 * const world = memoryWorld({ engine, accident: { at: 17, tag: 'Crash' } })
 * await interpret(training)(world.runtime)()          // left({ tag: 'Interrupted', by: 'crash' })
 * const next = memoryWorld({ engine, disk: world.disk }) // what was on disk is still there
 */
export const memoryWorld = ({
  engine,
  disk = memoryDisk(),
  hub = noHub,
  accident,
  stopAt = Infinity,
}: {
  readonly engine: Engine
  readonly disk?: MemoryDisk
  readonly hub?: Hub
  readonly accident?: Accident
  /** The user asks to stop at this instruction. */
  readonly stopAt?: number
}): MemoryWorld => {
  const printed: string[] = []
  const progress: Progress[] = []
  const instructions: InstructionName[] = []
  const requests: Request[] = []
  let ticks = 0
  const intercept = (request: Request): Interception => {
    requests.push(request)
    const number = instructions.push(request.name) - 1
    if (accident === undefined || number !== accident.at) return { tag: 'Proceed' }
    if (accident.tag === 'Fail') return accident
    if (accident.tag === 'Tear') tear(disk, request)
    return { tag: 'Halt', failure: { tag: 'Interrupted', by: 'crash' } }
  }
  const files = memoryFiles(disk)
  return {
    disk,
    printed,
    progress,
    instructions,
    requests,
    runtime: {
      files,
      hub,
      decodeImages: decodeImageFiles(files.readFile),
      renderDrawing: pngOfSvg,
      makeThumbnail: thumbnailOfFile(files.readFile),
      engine,
      now: () => (ticks += 1),
      residentMemory: () => 0,
      printLine: (line) => void printed.push(line),
      reportProgress: (report) => void progress.push(report),
      yieldControl: () => Promise.resolve(),
      pause: (milliseconds) => {
        ticks += milliseconds
        return Promise.resolve()
      },
      interrupted: () => instructions.length > stopAt,
      intercept,
    },
  }
}
