/** Engines on which laws are checked. This room imports no engine: it states the interface that it needs, which every engine of `tensile/engines` has. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Sizes } from '../shapes/dim.js'
import type { NamedValues } from '../values/named-values.js'
import { explainFault } from '../dsl/fault.js'
import type { Program } from '../dsl/program.js'
import { answerByOracle, answerFrom, givenIn } from './answer.js'
import type { Answer, Question } from './experiment.js'
import type { Subject } from './subject.js'

/** What the laws need of a compiled program. */
export interface CompiledProgram<Failure> {
  readonly run: (inputs: NamedValues) => TE.TaskEither<Failure, NamedValues>
  readonly dispose: () => TE.TaskEither<Failure, void>
}

/** What the laws need of an engine. `Engine` of `tensile/engines` has this type. */
export interface ProgramCompiler<Failure> {
  readonly name: string
  readonly compile: (
    program: Program,
    options: { readonly sizes: Sizes; readonly weights: NamedValues; readonly state: readonly never[] },
  ) => TE.TaskEither<Failure, CompiledProgram<Failure>>
}

/** Answers the questions about one function. It keeps the compiled programs until it is closed. */
export interface EngineSession {
  readonly answer: (question: Question) => TE.TaskEither<string, Answer>
  readonly close: () => Promise<void>
}

/** An engine as the laws see it. */
export interface EngineUnderLaw {
  readonly name: string
  /** The relative error that its arithmetic may cause. */
  readonly tolerance: number
  readonly open: (subject: Subject) => EngineSession
}

/** An engine to try laws on. */
export interface EngineLawOptions<Failure> {
  /** A failure of the engine in words. */
  readonly explain: (failure: Failure) => string
  /** The relative error that its arithmetic may cause; default 1e-5, for float32. */
  readonly tolerance?: number
}

/** The values of a program's inputs. */
const inputsOf = ({ inputs }: Program, values: NamedValues): NamedValues =>
  Object.fromEntries(
    inputs.flatMap(({ attributes: { name } }) => {
      const value = values[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

/**
 * An engine on which laws can be checked.
 *
 * @example
 * checkLawsOn(engineUnderLaw(onnxEngine({ threads: 1 }), { explain }), crossEntropyLaws)
 */
export const engineUnderLaw = <Failure>(
  engine: ProgramCompiler<Failure>,
  { explain, tolerance = 1e-5 }: EngineLawOptions<Failure>,
): EngineUnderLaw => ({
  name: engine.name,
  tolerance,
  open: (subject) => {
    const compiled = new Map<string, CompiledProgram<Failure>>()
    const executable = (
      program: Program,
      { derivative, sizes }: Question,
    ): TE.TaskEither<string, CompiledProgram<Failure>> => {
      const key = `${derivative} ${Object.values(sizes).join()}`
      const known = compiled.get(key)
      return known !== undefined
        ? TE.right(known)
        : pipe(
            engine.compile(program, { sizes, weights: {}, state: [] }),
            TE.bimap(explain, (made) => {
              compiled.set(key, made)
              return made
            }),
          )
    }
    return {
      answer: (question) =>
        question.arithmetic === 'tried'
          ? pipe(
              TE.fromEither(
                pipe(subject(question.sizes).program(question.derivative), E.mapLeft(explainFault)),
              ),
              TE.chain((program) =>
                pipe(
                  executable(program, question),
                  TE.chain(({ run }) => pipe(run(inputsOf(program, givenIn(question))), TE.mapLeft(explain))),
                ),
              ),
              TE.map(answerFrom),
            )
          : TE.fromEither(answerByOracle(subject, question)),
      close: async () => {
        for (const { dispose } of compiled.values()) await dispose()()
        compiled.clear()
      },
    }
  },
})
