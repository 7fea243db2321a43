/** What can go wrong while a procedure runs, as data: each failure says what, where, and what to do about it. */
import { match } from 'ts-pattern'
import type { Fault } from '../dsl/fault.js'
import { explainFault } from '../dsl/fault.js'
import { listed } from './listed.js'

/** A file or folder that should be there is not. */
export interface FileMissing {
  readonly tag: 'FileMissing'
  readonly path: string
  readonly kind: 'file' | 'folder'
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
  /** The file that says so. */
  readonly lock: string
}

/** A file ends before the bytes that were asked for. */
export interface FileTooShort {
  readonly tag: 'FileTooShort'
  readonly path: string
  readonly size: number
  /** Position of the first byte that was not wanted any more. */
  readonly wanted: number
}

/** A file is something else than can be used here. `found` completes "it is". */
export interface FileUnsupported {
  readonly tag: 'FileUnsupported'
  readonly path: string
  readonly found: string
  readonly advice: string
}

/** The tensors of a file are not those of the model that its sizes stand for. Shapes are in words: `[512, 768]`. */
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

/** A data set has images that are missing or broken, and was to have none. */
export interface BadImages {
  readonly tag: 'BadImages'
  readonly root: string
  readonly images: readonly BadImage[]
}

/** A tensor that was asked for by name is not there. `where` is the file, program or run that was searched. */
export interface TensorMissing {
  readonly tag: 'TensorMissing'
  readonly name: string
  readonly where: string
  /** Names that are there and look most alike. */
  readonly similar: readonly string[]
}

/** A tensor that nothing knows was given. */
export interface TensorUnexpected {
  readonly tag: 'TensorUnexpected'
  readonly name: string
  readonly where: string
}

/** A tensor is there, with other sizes or another element type than wanted (`f32[3, 4]`). */
export interface ShapeMismatch {
  readonly tag: 'ShapeMismatch'
  readonly name: string
  readonly where: string
  readonly expected: string
  readonly found: string
  /** What to do, where it is no matter of files. */
  readonly advice?: string
}

/** One symbolic dim was given two sizes. */
export interface SizeConflict {
  readonly tag: 'SizeConflict'
  readonly symbol: string
  readonly first: { readonly size: number; readonly where: string }
  readonly second: { readonly size: number; readonly where: string }
}

/** A program that breaks its own rules (see `Fault`). */
export interface ProgramRejected {
  readonly tag: 'ProgramRejected'
  readonly where: string
  readonly fault: Fault
}

/** An engine could not be loaded, does not support a program, or broke off. */
export interface EngineFailed {
  readonly tag: 'EngineFailed'
  readonly engine: string
  readonly stage: 'load' | 'compile' | 'run' | 'state' | 'dispose'
  readonly reason: string
  readonly advice: string
}

/** A quantity of training is no longer finite. */
export interface Diverged {
  readonly tag: 'Diverged'
  readonly quantity: string
  readonly step: number
  readonly value: number
}

/** What the user asked for cannot be: an option, an argument, a combination of them. */
export interface UserInput {
  readonly tag: 'UserInput'
  readonly option: string
  readonly problem: string
  readonly advice: string
}

/** A limit on memory that is too low for what is to be done. */
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
  | TensorMissing
  | TensorUnexpected
  | ShapeMismatch
  | SizeConflict
  | ProgramRejected
  | EngineFailed
  | Diverged
  | UserInput
  | MemoryTooSmall
  | Interrupted

/** What an engine can answer instead of a result. */
export type EngineFailure =
  TensorMissing | TensorUnexpected | ShapeMismatch | SizeConflict | ProgramRejected | EngineFailed

/** A failure in words. */
export interface Explanation {
  readonly where: string
  readonly what: string
  readonly advice: string
}

/** The parts of the message of a failure. Total: a failure without words does not compile. */
export const describeFailure = (failure: Failure): Explanation =>
  match(failure)
    .returnType<Explanation>()
    .with({ tag: 'FileMissing' }, ({ path, kind }) => ({
      where: path,
      what: `no such ${kind}`,
      advice: 'check the path',
    }))
    .with({ tag: 'FileRefused' }, ({ path, action, reason }) => ({
      where: path,
      what: `cannot ${action}: ${reason}`,
      advice: 'check permissions and free space',
    }))
    .with({ tag: 'FolderInUse' }, ({ path, pid, host, lock }) => ({
      where: path,
      what: `process ${pid} on ${host} writes in it`,
      advice: `wait for its end, or take another folder; if there is no such process any more, remove ${lock}`,
    }))
    .with({ tag: 'FileTooShort' }, ({ path, size, wanted }) => ({
      where: path,
      what: `the file ends after ${size} bytes, wanted ${wanted}`,
      advice: 'fetch or write the file again',
    }))
    .with({ tag: 'FileUnsupported' }, ({ path, found, advice }) => ({
      where: path,
      what: `it is ${found}`,
      advice,
    }))
    .with({ tag: 'CheckpointMisfit' }, ({ path, model, missing, unexpected, misshapen }) => ({
      where: path,
      what: [
        `its tensors are not those of ${model}`,
        ...listed('missing', missing.map(quoted)),
        ...listed('unexpected', unexpected.map(quoted)),
        ...listed(
          'of another shape',
          misshapen.map(({ name, expected, found }) => `${quoted(name)} is ${found}, wanted ${expected}`),
        ),
      ].join('; '),
      advice: `check that the file is whole and of this model; adclip inspect ${path} shows all that it holds`,
    }))
    .with({ tag: 'HubUnreachable' }, ({ hub, reason }) => ({
      where: hub,
      what: `cannot be reached: ${reason}`,
      advice:
        'check the network; what has come is kept, and the same command goes on from there. Or bring the file by other ways',
    }))
    .with({ tag: 'HubRefused' }, ({ hub, asked, reason }) => ({
      where: hub,
      what: `does not give ${asked}: ${reason}`,
      advice: 'check the name of the repository',
    }))
    .with({ tag: 'HashMismatch' }, ({ path, expected, found }) => ({
      where: path,
      what: `what came is not what the hub has: its hash is ${found}, wanted ${expected}`,
      advice: 'it was removed; fetch it again',
    }))
    .with({ tag: 'FileBroken' }, ({ path, format, problem }) => ({
      where: path,
      what: `not a valid ${format} file: ${problem}`,
      advice: 'fetch or write the file again',
    }))
    .with({ tag: 'DecodeFailed' }, ({ path, problems }) => ({
      where: path,
      what: problems.join('; '),
      advice: 'correct the named fields',
    }))
    .with({ tag: 'ImageBroken' }, ({ path, reason }) => ({
      where: path,
      what: `cannot decode the image: ${reason}`,
      advice: 'replace or remove the file',
    }))
    .with({ tag: 'BadImages' }, ({ root, images }) => ({
      where: root,
      what: [
        `${images.length === 1 ? 'an image is' : `${images.length} images are`} missing or broken`,
        ...images.map(({ path, problem }) => `${path}: ${problem}`),
      ].join('; '),
      advice: 'replace or remove them, or leave out --strict to go on without them',
    }))
    .with({ tag: 'TensorMissing' }, ({ name, where, similar }) => ({
      where,
      what: `tensor '${name}' is missing`,
      advice:
        similar.length === 0
          ? 'supply it'
          : `names like it: ${similar.map((other) => `'${other}'`).join(', ')}`,
    }))
    .with({ tag: 'TensorUnexpected' }, ({ name, where }) => ({
      where,
      what: `tensor '${name}' is not known here`,
      advice: 'remove it, or check its name',
    }))
    .with({ tag: 'ShapeMismatch' }, ({ name, where, expected, found, advice }) => ({
      where,
      what: `tensor '${name}' is ${found}, wanted ${expected}`,
      advice: advice ?? 'check that the file and the configuration belong together',
    }))
    .with({ tag: 'SizeConflict' }, ({ symbol, first, second }) => ({
      where: second.where,
      what: `dim '${symbol}' is ${second.size} here and ${first.size} in ${first.where}`,
      advice: 'a symbol has one size in a run',
    }))
    .with({ tag: 'ProgramRejected' }, ({ where, fault }) => ({
      where,
      what: explainFault(fault),
      advice: 'correct the program',
    }))
    .with({ tag: 'EngineFailed' }, ({ engine, stage, reason, advice }) => ({
      where: `engine ${engine} (${stage})`,
      what: reason,
      advice,
    }))
    .with({ tag: 'Diverged' }, ({ quantity, step, value }) => ({
      where: `step ${step}`,
      what: `${quantity} is ${value}`,
      advice: 'lower the learning rate or clip the gradient',
    }))
    .with({ tag: 'UserInput' }, ({ option, problem, advice }) => ({ where: option, what: problem, advice }))
    .with({ tag: 'MemoryTooSmall' }, ({ what, needed, given }) => ({
      where: '--memory',
      what: `${what} needs about ${gibibytes(needed)}, and ${gibibytes(given)} are allowed`,
      advice: 'allow more, or take fewer classes, a smaller batch or a smaller CLIP',
    }))
    .with({ tag: 'Interrupted' }, ({ by }) => ({
      where: 'run',
      what: by === 'signal' ? 'stopped on request' : 'crashed',
      advice: 'start it again, with --resume where the command takes it',
    }))
    .exhaustive()

/**
 * One to two plain lines: where and what, then what to do.
 *
 * @example
 * explain({ tag: 'FileMissing', path: 'clip.safetensors', kind: 'file' })
 * // 'clip.safetensors: no such file\n  → check the path'
 */
export const explain = (failure: Failure): string => {
  const { where, what, advice } = describeFailure(failure)
  return `${where}: ${what}\n  → ${advice}`
}

/** Bytes in words: `7.35 GiB`. */
export const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`

const quoted = (name: string): string => `'${name}'`
