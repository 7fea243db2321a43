/** One function per instruction: the vocabulary in which procedures are written. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import type { Program } from '../dsl/program.js'
import type { TensorValue } from '../values/value.js'
import * as Effect from './effect.js'
import type { CompileOptions, Executable } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
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
export const readFile = (path: string): Effect.Effect<Uint8Array> => Effect.perform('readFile', { path })

/** `length` bytes from `offset`. Fails with `FileTooShort`, too. */
export const readRange = (path: string, offset: number, length: number): Effect.Effect<Uint8Array> =>
  Effect.perform('readRange', { path, offset, length })

/** Writes a file, its parts one after the other; after a crash the old file is there or the new one, whole. */
export const writeFile = (path: string, chunks: readonly Uint8Array[]): Effect.Effect<void> =>
  Effect.perform('writeFile', { path, chunks })

/** Appends bytes. After a crash a part of them may be there. */
export const appendBytes = (path: string, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.perform('appendBytes', { path, bytes })

/** Renames a file; what has that name already is replaced. */
export const moveFile = (from: string, to: string): Effect.Effect<void> =>
  Effect.perform('moveFile', { from, to })

/** The hash of a file, in hexadecimal digits. */
export const hashFile = (path: string, kind: FileHash['kind']): Effect.Effect<string> =>
  Effect.perform('hashFile', { path, kind })

/** Appends a line; the end of the line is added. After a crash a part of the line may be there. */
export const appendLine = (path: string, line: string): Effect.Effect<void> =>
  Effect.perform('appendLine', { path, line })

/** Entries of a folder, sorted by name. Fails with `FileMissing` if there is no such folder. */
export const listFolder = (path: string): Effect.Effect<readonly FolderEntry[]> =>
  Effect.perform('listFolder', { path })

/** Makes a folder and those above it. */
export const makeFolder = (path: string): Effect.Effect<void> => Effect.perform('makeFolder', { path })

/** What is at a path, if anything. */
export const pathStatus = (path: string): Effect.Effect<PathStatus> => Effect.perform('pathStatus', { path })

/** Fails with `FileMissing` where there is no folder at a path, saying whether there is a file in its place. */
export const checkFolder = (path: string): Effect.Effect<void> =>
  pipe(
    pathStatus(path),
    Effect.flatMap(({ kind }) => {
      if (kind === 'folder') return Effect.unit
      const missing = { tag: 'FileMissing', path, kind: 'folder' } as const
      return Effect.left(kind === 'missing' ? missing : { ...missing, found: 'file' })
    }),
  )

/**
 * Replaces a procedure by another one where nothing is at a path, such as a default for a file that is read.
 *
 * @example
 * pipe(readText('notes.txt'), ifMissing('notes.txt', Effect.of('')))
 */
export const ifMissing =
  <B>(path: string, otherwise: Effect.Effect<B>) =>
  <A>(effect: Effect.Effect<A>): Effect.Effect<A | B> =>
    pipe(
      pathStatus(path),
      Effect.flatMap(({ kind }): Effect.Effect<A | B> => (kind === 'missing' ? otherwise : effect)),
    )

/**
 * The result of a procedure, or undefined where nothing is at a path: for a file that may be there.
 *
 * @example
 * pipe(readText('notes.txt'), ifThere('notes.txt'))
 */
export const ifThere =
  (path: string) =>
  <A>(effect: Effect.Effect<A>): Effect.Effect<A | undefined> =>
    pipe(effect, ifMissing(path, Effect.of(undefined)))

/** Removes a file or a folder with all it holds, if it is there. */
export const remove = (path: string): Effect.Effect<void> => Effect.perform('remove', { path })

/**
 * Makes a folder and uses it while no other process does, which would write the same files: it gets `FolderInUse`. The
 * folder is released however the use ends; if the process is killed, the next one sees that it is gone.
 *
 * @example
 * withFolder('runs/pacs', remove('runs/pacs/report.html'))
 */
export const withFolder = <A>(path: string, use: Effect.Effect<A>): Effect.Effect<A> =>
  Effect.bracket(
    pipe(makeFolder(path), Effect.apSecond(Effect.perform('lockFolder', { path }))),
    () => use,
    () => Effect.perform('unlockFolder', { path }),
  )

/**
 * Whether a process that lives uses a folder (see `withFolder`). Nothing is written: where a process of another machine holds the
 * folder, its last renewal is compared with this machine's clock, so the answer may be late by as much as the clocks differ.
 */
export const isFolderLocked = (path: string): Effect.Effect<boolean> =>
  Effect.perform('isFolderLocked', { path })

/** The files of a repository. Fails with `HubUnreachable` or `HubRefused`. */
export const listHub = (repository: HubRepository): Effect.Effect<readonly HubFile[]> =>
  Effect.perform('listHub', repository)

/** Up to `length` bytes of a file of a repository, from `offset`: at least one, and fewer where the connection breaks off. */
export const readHub = (
  repository: HubRepository,
  path: string,
  offset: number,
  length: number,
): Effect.Effect<Uint8Array> => Effect.perform('readHub', { ...repository, path, offset, length })

/** Images as one tensor `[N, 3, R, R]`, with a list of those that are broken. */
export const decodeImages = (
  requests: readonly ImageRequest[],
  transform: ImageTransform,
): Effect.Effect<DecodedImages> => Effect.perform('decodeImages', { requests, transform })

/** Images of which every one must be there: fails as the first that is broken. */
export const allDecoded = ({ images, failures: [broken] }: DecodedImages): Effect.Effect<TensorValue> =>
  broken === undefined ? Effect.of(images) : Effect.left(broken.failure)

/** The same where every image must be there: fails as the first that is broken. */
export const decodeAllImages = (
  requests: readonly ImageRequest[],
  transform: ImageTransform,
): Effect.Effect<TensorValue> => pipe(decodeImages(requests, transform), Effect.flatMap(allDecoded))

/** A queue of chunks of images, decoded before they are asked for; `inDecodedChunks` walks and closes it. */
export const openImages = (
  chunks: readonly (readonly ImageRequest[])[],
  transform: ImageTransform,
): Effect.Effect<ImageQueue> => Effect.perform('openImages', { chunks, transform })

/** A chunk of a queue: the next one, or the one of a number, from which the queue then goes on. */
export const nextImages = (queue: ImageQueue, chunk?: number): Effect.Effect<DecodedImages> =>
  Effect.perform('nextImages', { queue, chunk })

/** Stops a queue from decoding further chunks. */
export const closeImages = (queue: ImageQueue): Effect.Effect<void> =>
  Effect.perform('closeImages', { queue })

/** A drawing in SVG as the bytes of a PNG file. */
export const renderDrawing = (svg: string): Effect.Effect<Uint8Array> =>
  Effect.perform('renderDrawing', { svg })

/** The middle of an image as a square JPEG of `side` pixels. Fails with `ImageBroken` if the file is no image. */
export const makeThumbnail = (path: string, side: number): Effect.Effect<Uint8Array> =>
  Effect.perform('makeThumbnail', { path, side })

/** Milliseconds since 1970. */
export const now: Effect.Effect<number> = Effect.perform('now', {})

/** Bytes of memory that the process holds. */
export const residentMemory: Effect.Effect<number> = Effect.perform('residentMemory', {})

/** Prints a line for the user. */
export const printLine = (line: string): Effect.Effect<void> => Effect.perform('printLine', { line })

/** Reports the progress of a long procedure. */
export const reportProgress = (progress: Progress): Effect.Effect<void> =>
  Effect.perform('reportProgress', progress)

/** Lets pending events be handled; fails with `Interrupted` if the user has asked to stop. Long loops do this once a round. */
export const yieldControl: Effect.Effect<void> = Effect.perform('yieldControl', {})

/** Waits so many milliseconds; fails with `Interrupted` as soon as the user asks to stop. */
export const pause = (milliseconds: number): Effect.Effect<void> => Effect.perform('pause', { milliseconds })

/** Compiles a program on the engine. `withExecutable` also frees what the engine holds for it. */
export const compile = (program: Program, options: CompileOptions): Effect.Effect<Executable> =>
  Effect.perform('compile', { program, options })

/** Runs a compiled program once and updates its state. */
export const run = (
  executable: Executable,
  inputs: NamedValues,
): Effect.Effect<Readonly<Record<string, TensorValue>>> => Effect.perform('run', { executable, inputs })

/** Current values of the parameters that the engine keeps. */
export const readState = (executable: Executable): Effect.Effect<NamedValues> =>
  Effect.perform('readState', { executable })

/** Replaces all that the engine keeps. */
export const writeState = (executable: Executable, values: NamedValues): Effect.Effect<void> =>
  Effect.perform('writeState', { executable, values })

/** Frees what the engine holds for a program. */
export const dispose = (executable: Executable): Effect.Effect<void> =>
  Effect.perform('dispose', { executable })

/**
 * Compiles a program, uses it, and disposes of it however the use ends.
 *
 * @example
 * withExecutable(classifier, { sizes: { B: 16 }, weights, state: [] }, (executable) => run(executable, batch))
 */
export const withExecutable = <A>(
  program: Program,
  options: CompileOptions,
  use: (executable: Executable) => Effect.Effect<A>,
): Effect.Effect<A> => Effect.bracket(compile(program, options), use, dispose)

/**
 * `withExecutable` of an executable that runs at other sizes of its inputs, too: it is compiled again for these, once
 * each, and goes on with the same state.
 *
 * @example
 * withResizableExecutable(classifier, { sizes: { B: 16 }, weights, state: [] }, (executable) => run(executable, batch))
 */
export const withResizableExecutable = <A>(
  program: Program,
  options: CompileOptions,
  use: (executable: Executable) => Effect.Effect<A>,
): Effect.Effect<A> =>
  Effect.bracket(Effect.perform('compile', { program, options, resizable: true }), use, dispose)

/**
 * Compiles several programs, uses them, and disposes of all of them however the use ends. If one is refused, those that
 * were compiled are disposed of, and the first refusal, by name in alphabetical order, is the failure.
 */
export const withExecutables = <K extends string, A>(
  programs: Readonly<Record<K, { readonly program: Program; readonly options: CompileOptions }>>,
  use: (executables: Readonly<Record<K, Executable>>) => Effect.Effect<A>,
): Effect.Effect<A> =>
  Effect.bracket(
    R.traverse(Effect.Monad)(
      ({ program, options }: { readonly program: Program; readonly options: CompileOptions }) =>
        Effect.attempt(compile(program, options)),
    )(programs),
    (compiled) => pipe(Effect.fromEither(R.sequence(E.Applicative)(compiled)), Effect.flatMap(use)),
    (compiled) =>
      pipe(
        R.separate(compiled).right,
        R.traverse(Effect.Monad)((executable) => Effect.attempt(dispose(executable))),
        Effect.flatMapEither(R.sequence(E.Applicative)),
        Effect.as(undefined),
      ),
  )
