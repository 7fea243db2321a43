/** What an engine is: something that compiles whole programs and runs them. Every engine implements this and no more. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../dsl/program.js'
import type { TensorValue } from '../dsl/values/value.js'
import type { NamedValues } from '../dsl/values/named-values.js'
import type { EngineFailure } from './failure.js'

/** A parameter that the engine keeps between runs: after each run it takes the value of `output`. */
export interface EngineState {
  readonly parameter: string
  readonly output: string
  readonly initial: TensorValue
}

/** What is known when a program is compiled; the rest are the inputs of each run. */
export interface CompileOptions {
  /** Sizes of the symbolic dims. */
  readonly sizes: Readonly<Record<string, number>>
  /** Values of the parameters that never change: constants to the engine. */
  readonly weights: NamedValues
  /** Parameters that change. Together with `weights` they are exactly the program's parameters. */
  readonly state: readonly EngineState[]
}

/** A compiled program. It holds memory until it is disposed of; afterwards its methods fail with `EngineFailed`. */
export interface Executable {
  /** Runs the program once and moves the state on. Returns the outputs that are not the next value of state. */
  readonly run: (inputs: NamedValues) => TaskEither<EngineFailure, NamedValues>
  /** The present values of the state, by parameter name. */
  readonly readState: () => TaskEither<EngineFailure, NamedValues>
  /** Replaces the state by these values: all of it, under the names that `readState` gives. */
  readonly writeState: (values: NamedValues) => TaskEither<EngineFailure, void>
  readonly dispose: () => TaskEither<EngineFailure, void>
}

/** A way to run programs. Engines differ in speed and rounding, never in meaning. */
export interface Engine {
  readonly name: string
  readonly compile: (program: Program, options: CompileOptions) => TaskEither<EngineFailure, Executable>
}
