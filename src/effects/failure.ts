/** What can go wrong while a procedure runs, as data: each failure says what, where, and what to do about it. */
import type { Op } from '../dsl/primitives/primitive.js'
import type { EngineFailure } from '../engines/failure.js'
import type { SettingField, SuggestedSetting } from './setting-field.js'

/** A file or folder that should be there is not. */
export interface FileMissing {
  readonly tag: 'FileMissing'
  readonly path: string
  readonly kind: 'file' | 'folder'
  /** What is there instead. */
  readonly found?: 'file'
}

/** The system refused an access: permissions, a full disk, a folder in place of a file. `reason` is its answer. */
export interface FileRefused {
  readonly tag: 'FileRefused'
  readonly path: string
  readonly action: 'read' | 'write' | 'list' | 'create' | 'remove'
  readonly reason: string
}

/** Another process writes in a folder. */
export interface FolderInUse {
  readonly tag: 'FolderInUse'
  readonly path: string
  /** The number of the process, and the machine that it runs on. */
  readonly pid: number
  readonly host: string
  /** The lock: the file in which that process is written down. */
  readonly lock: string
}

/** A file ends before the bytes that were asked for. */
export interface FileTooShort {
  readonly tag: 'FileTooShort'
  readonly path: string
  readonly size: number
  /** Position after the last byte that was asked for. */
  readonly wanted: number
}

/** A file or folder is something else than can be used here. `found` completes "it is". */
export interface FileUnsupported {
  readonly tag: 'FileUnsupported'
  readonly path: string
  readonly found: string
  readonly advice: string
  /** What else helps: listing what a checkpoint holds, or fetching a published one. */
  readonly help?: 'inspect' | 'fetch'
}

/** The tensors of a file do not match the model of its sizes. Shapes are text: `[512, 768]`. */
export interface CheckpointMisfit {
  readonly tag: 'CheckpointMisfit'
  readonly path: string
  readonly model: string
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  readonly misshapen: readonly { readonly name: string; readonly expected: string; readonly found: string }[]
}

/** A hub of models could not be reached, or broke off. */
export interface HubUnreachable {
  readonly tag: 'HubUnreachable'
  readonly hub: string
  readonly reason: string
}

/** A hub answered that it will not, or cannot, give what was asked for. */
export interface HubRefused {
  readonly tag: 'HubRefused'
  readonly hub: string
  readonly asked: string
  readonly reason: string
}

/** What was fetched is not what the hub says that it has. */
export interface HashMismatch {
  readonly tag: 'HashMismatch'
  readonly path: string
  readonly expected: string
  readonly found: string
}

/** The bytes of a file are not what its format demands. */
export interface FileBroken {
  readonly tag: 'FileBroken'
  readonly path: string
  readonly format: string
  readonly problem: string
}

/** A file is well-formed (JSON, say), but its content is not what was expected; one problem a line. */
export interface DecodeFailed {
  readonly tag: 'DecodeFailed'
  readonly path: string
  readonly problems: readonly string[]
}

/** An image could not be decoded. */
export interface ImageBroken {
  readonly tag: 'ImageBroken'
  readonly path: string
  readonly reason: string
}

/** An image that is missing or broken. */
export interface BadImage {
  readonly path: string
  readonly problem: string
}

/** A data set that was read strictly has images that are missing or broken. */
export interface BadImages {
  readonly tag: 'BadImages'
  readonly root: string
  readonly images: readonly BadImage[]
}

/** An operation of a program, in words. */
export interface OperationNote {
  readonly op: Op
  /** The primitive, or the leaf by its name: `exp`, `input 'x'`. */
  readonly operation: string
  /** The shape of its result: `[B,512]`. */
  readonly shape: string
  /** The scopes that it was written in, `encoder/block3`; empty outside of all. */
  readonly scope: string
  /** The line that wrote it, `path:line:column`, where it is known. */
  readonly source?: string
  /** Whether it computes what the step reports, or gradients and the update from it. */
  readonly pass: 'forward' | 'backward'
}

/** Where numbers stopped being finite: the first operation whose operands were finite, and its result not. */
export interface Origin {
  readonly made: 'NaN' | 'infinity'
  readonly by: OperationNote
  /** The operation that made NaN of the infinity. */
  readonly nanBy?: OperationNote
}

/** A quantity of training is no longer finite. */
export interface Diverged {
  readonly tag: 'Diverged'
  readonly quantity: string
  /** The step in which it began, as far as that is known. */
  readonly step: number
  readonly value: number
  /** The step after which it was noticed, where that is a later one. */
  readonly noticed?: number
  /** The operation that it comes from, where it was found. */
  readonly origin?: Origin
  /** The examples of the step, where the plan names them. */
  readonly batch?: readonly string[]
  /** The step after which the last checkpoint was saved, where there is one. */
  readonly saved?: number
}

/** Weights, features, logits or scores that are used or kept have an element that is NaN or infinite. */
export interface NotFinite {
  readonly tag: 'NotFinite'
  /** What holds the element, in words: `tensor 'text_projection'`, `the logits of cat/1.jpg`. */
  readonly quantity: string
  /** The file or procedure that it comes from. */
  readonly where: string
  readonly value: number
  /** Its place in the tensor. */
  readonly place: readonly number[]
  readonly advice: string
}

/** A setting cannot be what it is: by itself, or together with others, with the data or with the model. */
export interface InvalidSetting {
  readonly tag: 'InvalidSetting'
  readonly field: SettingField
  /** What it is set to, or the place below that, where this helps to find the trouble. */
  readonly at?: string
  readonly problem: string
  readonly advice: string
  /** Another setting that helps. */
  readonly instead?: SuggestedSetting
}

/** The directory of a run lacks what another procedure writes there, or an earlier version of it did not write. */
export interface RunIncomplete {
  readonly tag: 'RunIncomplete'
  readonly directory: string
  readonly lacks: 'training' | 'evaluation' | 'classes'
}

/** A directory holds no run of the kind that is to be resumed or read. */
export interface RunMissing {
  readonly tag: 'RunMissing'
  readonly directory: string
  /** Completes "there is no": `adaptation run`. */
  readonly wanted: string
  /** A sentence: `it is empty`. */
  readonly found: string
  readonly wantedTo: 'resume' | 'read'
}

/** A folder or file would be written where something is already. */
export interface OutputTaken {
  readonly tag: 'OutputTaken'
  readonly path: string
  readonly wanted: 'folder' | 'file'
  /** A sentence: `it holds a finished adaptation run`. */
  readonly found: string
  /** What else can be done: the run that is there be resumed, or what is there overwritten. */
  readonly ways: readonly ('resume' | 'overwrite')[]
}

/** The limit on memory is too low for the work. */
export interface MemoryTooSmall {
  readonly tag: 'MemoryTooSmall'
  readonly what: string
  /** Bytes. */
  readonly needed: number
  readonly given: number
}

/** Stopped from outside: ctrl-C, or a crash planted by a test. */
export interface Interrupted {
  readonly tag: 'Interrupted'
  readonly by: 'signal' | 'crash'
}

/** Everything that can go wrong: the one failure type of all effects. */
export type Failure =
  | FileMissing
  | FileRefused
  | FolderInUse
  | FileTooShort
  | FileUnsupported
  | CheckpointMisfit
  | HubUnreachable
  | HubRefused
  | HashMismatch
  | FileBroken
  | DecodeFailed
  | ImageBroken
  | BadImages
  | EngineFailure
  | Diverged
  | NotFinite
  | InvalidSetting
  | RunIncomplete
  | RunMissing
  | OutputTaken
  | MemoryTooSmall
  | Interrupted
