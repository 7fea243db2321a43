/** The closed set of instructions: everything a procedure can ask of the world, each with its payload and its result. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../dsl/program.js'
import type { TensorValue } from '../values/value.js'
import type { CompileOptions, Executable } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
import type { Failure } from './failure.js'
import type { ImageTransform, ImageView } from './image-view.js'

/** The payload and the result of an instruction. */
interface Instruction<Given, Answer> {
  readonly payload: Given
  readonly result: Answer
}

interface AtPath {
  readonly path: string
}

export type EntryKind = 'file' | 'folder' | 'other'

/** An entry of a folder. */
export interface FolderEntry {
  readonly name: string
  readonly kind: EntryKind
}

/** What is at a path. */
export type PathStatus =
  | { readonly kind: 'missing' }
  | { readonly kind: 'file'; readonly size: number }
  | { readonly kind: 'folder' }
  | { readonly kind: 'other' }

/** Progress of a long procedure, for a progress bar. `fields` are further figures, such as the loss. */
export interface Progress {
  readonly label: string
  readonly done: number
  readonly total: number
  readonly fields: Readonly<Record<string, string | number>>
}

/** An image to decode, and the view of it that is wanted. */
export interface ImageRequest {
  readonly path: string
  readonly view: ImageView
}

/** Decoded images, in the order asked for, without the broken ones. */
export interface DecodedImages {
  /** `[N, 3, R, R]`, f32, N the images that could be decoded. */
  readonly images: TensorValue
  /** For each row of `images`, its position in the list that was asked for. */
  readonly positions: readonly number[]
  /** The others, each with its reason. */
  readonly failures: readonly { readonly position: number; readonly failure: Failure }[]
}

/** Chunks of images that are being decoded, one ahead of what has been asked for. */
export interface ImageQueue {
  /**
   * The next chunk, or the one of a number, its broken images listed with it; after the last, a chunk of no images. The queue
   * goes on from there.
   */
  readonly next: (chunk?: number) => TaskEither<Failure, DecodedImages>
  /** Stops decoding further chunks. */
  readonly close: () => void
}

/** A repository of a hub of models, at one revision. */
export interface HubRepository {
  /** The address of the hub. */
  readonly hub: string
  /** `owner/name`. */
  readonly repository: string
  readonly revision: string
}

/** The hash that a file's bytes must have: of the bytes, or git's, of a header and the bytes. In hexadecimal digits. */
export interface FileHash {
  readonly kind: 'sha256' | 'git'
  readonly digits: string
}

/** A file of a repository, as its hub lists it. */
export interface HubFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly hash: FileHash
}

/** Every instruction: name → payload and result. */
export interface Instructions {
  /** The whole file. */
  readonly readFile: Instruction<AtPath, Uint8Array>
  /** `length` bytes from `offset`; a file that ends before is broken. */
  readonly readRange: Instruction<AtPath & { readonly offset: number; readonly length: number }, Uint8Array>
  /** Writes the chunks, one after the other, so that a crash leaves the old file or the new one, never a part. */
  readonly writeFile: Instruction<AtPath & { readonly chunks: readonly Uint8Array[] }, void>
  /** Appends bytes to a file, which is created if it is missing. A crash may leave a part of them. */
  readonly appendBytes: Instruction<AtPath & { readonly bytes: Uint8Array }, void>
  /** Renames a file and replaces what has that name; after a crash it has either name, and is whole. */
  readonly moveFile: Instruction<{ readonly from: string; readonly to: string }, void>
  /** The hash of a file, in hexadecimal digits. */
  readonly hashFile: Instruction<AtPath & { readonly kind: FileHash['kind'] }, string>
  /** Appends a line to a file, which is created if it is missing. A crash may leave a part of the line. */
  readonly appendLine: Instruction<AtPath & { readonly line: string }, void>
  /** Entries of a folder, sorted by name (by UTF-16 code unit). */
  readonly listFolder: Instruction<AtPath, readonly FolderEntry[]>
  /** Makes a folder and those above it; an existing folder is left as it is. */
  readonly makeFolder: Instruction<AtPath, void>
  readonly pathStatus: Instruction<AtPath, PathStatus>
  /** Removes a file or a folder with all it holds; it is no failure if there is none. */
  readonly remove: Instruction<AtPath, void>
  /** Locks an existing folder against other processes. Locks of dead processes are ignored. */
  readonly lockFolder: Instruction<AtPath, void>
  readonly unlockFolder: Instruction<AtPath, void>
  /** Whether a process that lives holds the lock of a folder, as far as can be seen without writing there. */
  readonly isFolderLocked: Instruction<AtPath, boolean>
  /** The files at the top of a repository; files in its folders are not listed. */
  readonly listHub: Instruction<HubRepository, readonly HubFile[]>
  /** Bytes of a file of a repository from `offset`: at least one and at most `length`. */
  readonly readHub: Instruction<
    HubRepository & { readonly path: string; readonly offset: number; readonly length: number },
    Uint8Array
  >
  readonly decodeImages: Instruction<
    { readonly requests: readonly ImageRequest[]; readonly transform: ImageTransform },
    DecodedImages
  >
  /** Starts decoding chunks of images in this order, while the procedure continues. */
  readonly openImages: Instruction<
    { readonly chunks: readonly (readonly ImageRequest[])[]; readonly transform: ImageTransform },
    ImageQueue
  >
  readonly nextImages: Instruction<
    { readonly queue: ImageQueue; readonly chunk: number | undefined },
    DecodedImages
  >
  readonly closeImages: Instruction<{ readonly queue: ImageQueue }, void>
  /** A drawing in SVG as the bytes of a PNG file, in the sizes that the drawing gives. */
  readonly renderDrawing: Instruction<{ readonly svg: string }, Uint8Array>
  /** The middle of an image as a square JPEG of `side` pixels. */
  readonly makeThumbnail: Instruction<AtPath & { readonly side: number }, Uint8Array>
  /** Milliseconds since 1970. */
  readonly now: Instruction<Readonly<Record<never, never>>, number>
  /** Bytes of memory that the process holds, an engine's buffers and mapped files included. */
  readonly residentMemory: Instruction<Readonly<Record<never, never>>, number>
  readonly printLine: Instruction<{ readonly line: string }, void>
  readonly reportProgress: Instruction<Progress, void>
  readonly compile: Instruction<
    {
      readonly program: Program
      readonly options: CompileOptions
      /** Whether it runs at other sizes of its inputs, too: it is then compiled again for these. */
      readonly resizable?: boolean
    },
    Executable
  >
  readonly run: Instruction<{ readonly executable: Executable; readonly inputs: NamedValues }, NamedValues>
  readonly readState: Instruction<{ readonly executable: Executable }, NamedValues>
  readonly writeState: Instruction<{ readonly executable: Executable; readonly values: NamedValues }, void>
  readonly dispose: Instruction<{ readonly executable: Executable }, void>
  /** Lets pending events run, and fails with `Interrupted` if the user has asked to stop. */
  readonly yieldControl: Instruction<Readonly<Record<never, never>>, void>
  /** Waits so many milliseconds; fails with `Interrupted` as soon as the user asks to stop. */
  readonly pause: Instruction<{ readonly milliseconds: number }, void>
}

export type InstructionName = keyof Instructions
export type Payload<K extends InstructionName> = Instructions[K]['payload']
export type InstructionResult<K extends InstructionName> = Instructions[K]['result']

/** An instruction with its payload, as data: what interceptors see. */
export type Request = {
  readonly [K in InstructionName]: { readonly name: K; readonly payload: Payload<K> }
}[InstructionName]
