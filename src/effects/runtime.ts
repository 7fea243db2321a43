/** What a procedure needs to run: a record of small capabilities, one for each part of the world. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Engine } from '../engines/engine.js'
import type { Failure } from './failure.js'
import type {
  DecodedImages,
  FileHash,
  FolderEntry,
  HubFile,
  PathStatus,
  Payload,
  Progress,
  Request,
} from './instruction.js'

/** Files and folders; each function is the instruction of the same name. */
export interface FileSystem {
  readonly readFile: (path: string) => TaskEither<Failure, Uint8Array>
  readonly readRange: (path: string, offset: number, length: number) => TaskEither<Failure, Uint8Array>
  readonly writeFile: (path: string, chunks: readonly Uint8Array[]) => TaskEither<Failure, void>
  readonly appendBytes: (path: string, bytes: Uint8Array) => TaskEither<Failure, void>
  readonly moveFile: (from: string, to: string) => TaskEither<Failure, void>
  readonly hashFile: (path: string, kind: FileHash['kind']) => TaskEither<Failure, string>
  readonly appendLine: (path: string, line: string) => TaskEither<Failure, void>
  readonly listFolder: (path: string) => TaskEither<Failure, readonly FolderEntry[]>
  readonly makeFolder: (path: string) => TaskEither<Failure, void>
  readonly pathStatus: (path: string) => TaskEither<Failure, PathStatus>
  readonly remove: (path: string) => TaskEither<Failure, void>
  readonly lockFolder: (path: string) => TaskEither<Failure, void>
  readonly unlockFolder: (path: string) => TaskEither<Failure, void>
  readonly isFolderLocked: (path: string) => TaskEither<Failure, boolean>
}

/** Repositories of models elsewhere; each function is the instruction of that name. */
export interface Hub {
  readonly list: (payload: Payload<'listHub'>) => TaskEither<Failure, readonly HubFile[]>
  readonly read: (payload: Payload<'readHub'>) => TaskEither<Failure, Uint8Array>
}

/** What happens to an instruction: it runs, fails, or the whole run stops there as if the process had died. */
export type Interception =
  | { readonly tag: 'Proceed' }
  | { readonly tag: 'Fail'; readonly failure: Failure }
  | { readonly tag: 'Halt'; readonly failure: Failure }

export interface Runtime {
  readonly files: FileSystem
  readonly hub: Hub
  readonly decodeImages: (payload: Payload<'decodeImages'>) => TaskEither<Failure, DecodedImages>
  readonly renderDrawing: (svg: string) => TaskEither<Failure, Uint8Array>
  readonly makeThumbnail: (payload: Payload<'makeThumbnail'>) => TaskEither<Failure, Uint8Array>
  readonly engine: Engine
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Bytes of memory that the process holds. */
  readonly residentMemory: () => number
  readonly printLine: (line: string) => void
  readonly reportProgress: (progress: Progress) => void
  /** Lets pending events be handled. */
  readonly yieldControl: () => Promise<void>
  /** Waits so many milliseconds, or until the user asks to stop. */
  readonly pause: (milliseconds: number) => Promise<void>
  /** Whether the user has asked to stop. */
  readonly interrupted: () => boolean
  /** Asked before each instruction. */
  readonly intercept: (request: Request) => Interception
}
