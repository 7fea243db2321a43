/** One function per instruction: the vocabulary in which procedures are written. */
import type { Program } from '../dsl/program.js'
import type { TensorValue } from '../dsl/values/value.js'
import type { Effect } from './effect.js'
import { bracket, flatMap, perform } from './effect.js'
import type { CompileOptions, Executable } from '../engines/engine.js'
import type { NamedValues } from '../dsl/values/named-values.js'
import type { ImageTransform } from './image-view.js'
import type {
  DecodedImages,
  FileHash,
  FolderEntry,
  HubFile,
  HubRepository,
  ImageQueue,
  ImageRequest,
  PathStatus,
  Progress,
} from './instruction.js'

/** The whole file. Fails with `FileMissing` or `FileRefused`. */
export const readFile = (path: string): Effect<Uint8Array> => perform('readFile', { path })

/** `length` bytes from `offset`. Fails with `FileTooShort`, too. */
export const readRange = (path: string, offset: number, length: number): Effect<Uint8Array> =>
  perform('readRange', { path, offset, length })

/** Writes a file, its parts one after the other; after a crash the old file is there or the new one, whole. */
export const writeFile = (path: string, chunks: readonly Uint8Array[]): Effect<void> =>
  perform('writeFile', { path, chunks })

/** Appends bytes. After a crash a part of them may be there. */
export const appendBytes = (path: string, bytes: Uint8Array): Effect<void> =>
  perform('appendBytes', { path, bytes })

/** Gives a file another name, in the place of what has it. */
export const moveFile = (from: string, to: string): Effect<void> => perform('moveFile', { from, to })

/** The hash of a file, in hexadecimal digits. */
export const hashFile = (path: string, kind: FileHash['kind']): Effect<string> =>
  perform('hashFile', { path, kind })

/** Appends a line; the end of the line is added. After a crash a part of the line may be there. */
export const appendLine = (path: string, line: string): Effect<void> => perform('appendLine', { path, line })

/** Entries of a folder, sorted by name. Fails with `FileMissing` if there is no such folder. */
export const listFolder = (path: string): Effect<readonly FolderEntry[]> => perform('listFolder', { path })

/** Makes a folder and those above it. */
export const makeFolder = (path: string): Effect<void> => perform('makeFolder', { path })

/** What is at a path, if anything. */
export const pathStatus = (path: string): Effect<PathStatus> => perform('pathStatus', { path })

/** Removes a file or a folder with all it holds, if it is there. */
export const remove = (path: string): Effect<void> => perform('remove', { path })

/**
 * Makes a folder and uses it while no other process does, which would write the same files: it gets `FolderInUse`. The
 * folder is given back however the use ends; if the process is killed, the next one sees that it is gone.
 *
 * @example
 * withFolder('runs/pacs', remove('runs/pacs/report.html'))
 */
export const withFolder = <A>(path: string, use: Effect<A>): Effect<A> =>
  bracket(
    flatMap(() => perform('lockFolder', { path }))(makeFolder(path)),
    () => use,
    () => perform('unlockFolder', { path }),
  )

/** The files of a repository. Fails with `HubUnreachable` or `HubRefused`. */
export const listHub = (repository: HubRepository): Effect<readonly HubFile[]> =>
  perform('listHub', repository)

/** `length` bytes of a file of a repository, from `offset`. */
export const readHub = (
  repository: HubRepository,
  path: string,
  offset: number,
  length: number,
): Effect<Uint8Array> => perform('readHub', { ...repository, path, offset, length })

/** Images as one tensor `[N, 3, R, R]`; broken ones are listed beside it. */
export const decodeImages = (
  requests: readonly ImageRequest[],
  transform: ImageTransform,
): Effect<DecodedImages> => perform('decodeImages', { requests, transform })

/** Chunks of images to be decoded ahead of being asked for; `inDecodedChunks` walks them, and closes the queue. */
export const openImages = (
  chunks: readonly (readonly ImageRequest[])[],
  transform: ImageTransform,
): Effect<ImageQueue> => perform('openImages', { chunks, transform })

/** The next chunk of a queue. */
export const nextImages = (queue: ImageQueue): Effect<DecodedImages> => perform('nextImages', { queue })

/** Begins no further chunk of a queue. */
export const closeImages = (queue: ImageQueue): Effect<void> => perform('closeImages', { queue })

/** A drawing in SVG as the bytes of a PNG file. */
export const renderDrawing = (svg: string): Effect<Uint8Array> => perform('renderDrawing', { svg })

/** The middle of an image as a square JPEG of `side` pixels. Fails with `ImageBroken` if the file is no image. */
export const makeThumbnail = (path: string, side: number): Effect<Uint8Array> =>
  perform('makeThumbnail', { path, side })

/** Milliseconds since 1970. */
export const now: Effect<number> = perform('now', {})

/** Bytes of memory that the process holds. */
export const residentMemory: Effect<number> = perform('residentMemory', {})

/** Prints a line for the user. */
export const printLine = (line: string): Effect<void> => perform('printLine', { line })

/** Shows how far something long has come. */
export const reportProgress = (progress: Progress): Effect<void> => perform('reportProgress', progress)

/** Lets pending events be handled; fails with `Interrupted` if the user has asked to stop. Long loops do this once a round. */
export const yieldControl: Effect<void> = perform('yieldControl', {})

/** Hands a program to the engine. `withExecutable` also gives back what the engine holds for it. */
export const compile = (program: Program, options: CompileOptions): Effect<Executable> =>
  perform('compile', { program, options })

/** Runs a compiled program once and moves its state on. */
export const run = (
  executable: Executable,
  inputs: NamedValues,
): Effect<Readonly<Record<string, TensorValue>>> => perform('run', { executable, inputs })

/** Present values of the parameters that the engine keeps. */
export const readState = (executable: Executable): Effect<NamedValues> => perform('readState', { executable })

/** Replaces all that the engine keeps. */
export const writeState = (executable: Executable, values: NamedValues): Effect<void> =>
  perform('writeState', { executable, values })

/** Gives back what the engine holds for a program. */
export const dispose = (executable: Executable): Effect<void> => perform('dispose', { executable })

/**
 * Compiles a program, uses it, and disposes of it however the use ends.
 *
 * @example
 * withExecutable(classifier, { sizes: { B: 16 }, weights, state: [] }, (executable) => run(executable, batch))
 */
export const withExecutable = <A>(
  program: Program,
  options: CompileOptions,
  use: (executable: Executable) => Effect<A>,
): Effect<A> => bracket(compile(program, options), use, dispose)
