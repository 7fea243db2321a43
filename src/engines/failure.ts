/** What an engine answers instead of a result, as data: each failure says what, where, and what to do about it. */
import type { Fault } from '../dsl/fault.js'

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
