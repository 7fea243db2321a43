/** Failures of engines, as data: each says what failed, where, and what to do. */
import type { Fault } from '../dsl/fault.js'

/** A tensor with this name does not exist. `where` is the file, program or run that was searched. */
export interface TensorMissing {
  readonly tag: 'TensorMissing'
  readonly name: string
  readonly where: string
  /** The most similar names that exist. */
  readonly similar: readonly string[]
}

/** A tensor was given that nothing reads. */
export interface TensorUnexpected {
  readonly tag: 'TensorUnexpected'
  readonly name: string
  readonly where: string
}

/** A tensor has another shape or element type than it must have (`f32[3, 4]`). */
export interface ShapeMismatch {
  readonly tag: 'ShapeMismatch'
  readonly name: string
  readonly where: string
  readonly expected: string
  readonly found: string
  /** What to do, where the cause is not a file that fails to match its configuration. */
  readonly advice?: string
}

/** One symbolic dim has two sizes in a run. */
export interface SizeConflict {
  readonly tag: 'SizeConflict'
  readonly symbol: string
  readonly first: { readonly size: number; readonly where: string }
  readonly second: { readonly size: number; readonly where: string }
}

/** A program breaks a rule of the language (see `Fault`). */
export interface ProgramRejected {
  readonly tag: 'ProgramRejected'
  readonly where: string
  readonly fault: Fault
}

/** An engine cannot be loaded, does not support a program, or failed while it ran. */
export interface EngineFailed {
  readonly tag: 'EngineFailed'
  readonly engine: string
  readonly stage: 'load' | 'compile' | 'run' | 'state' | 'dispose'
  readonly reason: string
  readonly advice: string
}

/** Everything that an engine can fail with. */
export type EngineFailure =
  TensorMissing | TensorUnexpected | ShapeMismatch | SizeConflict | ProgramRejected | EngineFailed

/** The failure of a program that breaks a rule; `where` names the program. */
export const programRejected =
  (where: string) =>
  (fault: Fault): ProgramRejected => ({ tag: 'ProgramRejected', where, fault })

/** The failure of an executable that is used after `dispose`. */
export const usedAfterDisposal = (engine: string): EngineFailed => ({
  tag: 'EngineFailed',
  engine,
  stage: 'run',
  reason: 'the program was used after it was disposed of',
  advice: 'compile it again',
})
