/** The contract of an engine: it compiles whole programs and runs them. Every engine implements this and no more. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../dsl/program.js'
import type { TensorValue } from '../values/value.js'
import type { NamedValues } from '../values/named-values.js'
import type { EngineFailure } from './failure.js'

/** A parameter whose value the engine keeps between runs. After each run it is the value of `output`. */
export interface EngineState {
  readonly parameter: string
  readonly output: string
  readonly initial: TensorValue
}

/** What a program is compiled with. Inputs are passed to each run. */
export interface CompileOptions {
  /** Sizes of the symbolic dims. */
  readonly sizes: Readonly<Record<string, number>>
  /** Values of the parameters that never change. */
  readonly weights: NamedValues
  /** Parameters that change. `weights` and `state` together name each parameter of the program once. */
  readonly state: readonly EngineState[]
}

/** A compiled program. It holds memory until `dispose`; after that `run`, `readState` and `writeState` fail with `EngineFailed`. */
export interface Executable {
  /** Runs the program once and updates the state. Gives the outputs, except those that are next values of the state. */
  readonly run: (inputs: NamedValues) => TaskEither<EngineFailure, NamedValues>
  /** Copies of the current state, by parameter name. */
  readonly readState: () => TaskEither<EngineFailure, NamedValues>
  /** Replaces the whole state, under the names that `readState` gives. */
  readonly writeState: (values: NamedValues) => TaskEither<EngineFailure, void>
  /** Frees the memory. A second call does nothing. */
  readonly dispose: () => TaskEither<EngineFailure, void>
}

/** Runs programs. Engines differ in speed and rounding, never in meaning. */
export interface Engine {
  readonly name: string
  readonly compile: (program: Program, options: CompileOptions) => TaskEither<EngineFailure, Executable>
}
