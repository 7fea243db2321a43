/** The engine `reference`: the float64 oracle as an engine. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../../values/record.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { evaluate } from '../../dsl/evaluate/evaluate.js'
import type { Program } from '../../dsl/program.js'
import { copyOf } from '../../values/value.js'
import type { CompileOptions, Engine, Executable } from '../engine.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailed, EngineFailure } from '../failure.js'
import { programRejected, usedAfterDisposal } from '../failure.js'
import { checkState, checkWeights } from '../check-state.js'
import { contained } from '../contained.js'
import { checkValues } from '../check-values.js'
import type { Ports } from '../ports.js'
import { portsOf } from '../ports.js'
import { staticShapes } from '../static-shapes.js'

/** State shares no memory with the caller, and is rounded to float32 as in files, so that a resumed run gives the same bits. */
const copies = R.map(copyOf)

const executable = (
  program: Program,
  { inputs, parameters }: Ports,
  { sizes, weights, state }: CompileOptions,
): Executable => {
  const carried = new Set(state.map(({ output }) => output))
  const stateWanted = parameters.filter(({ name }) => !Object.hasOwn(weights, name))
  let present: NamedValues | undefined = copies(
    Object.fromEntries(state.map(({ parameter, initial }) => [parameter, initial])),
  )
  const whileLive = <A>(
    stage: EngineFailed['stage'],
    task: (state: NamedValues) => E.Either<EngineFailure, A>,
  ): TE.TaskEither<EngineFailure, A> =>
    contained('reference', stage, () =>
      TE.fromEither(present === undefined ? E.left(usedAfterDisposal('reference')) : task(present)),
    )

  /** Updates the state with the outputs of a run, and gives the others. */
  const moveOn = (results: NamedValues): NamedValues => {
    present = copies(
      Object.fromEntries(
        state.flatMap(({ parameter, output }) => {
          const next = results[output]
          return next === undefined ? [] : [[parameter, next]]
        }),
      ),
    )
    return R.filterWithIndex((name: string) => !carried.has(name))(results)
  }

  return {
    run: (given) =>
      whileLive('run', (current) =>
        pipe(
          checkValues(inputs, given, 'inputs', program.declared),
          E.chainW(() => evaluate(program, { ...given, ...weights, ...current }, sizes)),
          E.mapLeft((failure): EngineFailure =>
            failure.tag === 'ProgramFault' || failure.tag === 'ShapeFault'
              ? programRejected('engine reference')(failure)
              : failure,
          ),
          E.map(moveOn),
        ),
      ),
    readState: () => whileLive('state', (current) => E.right(copies(current))),
    writeState: (values) =>
      whileLive('state', () =>
        pipe(
          checkValues(stateWanted, values, 'state'),
          E.map(() => {
            present = copies(values)
          }),
        ),
      ),
    dispose: () =>
      TE.fromIO(() => {
        present = undefined
      }),
  }
}

/**
 * Evaluates programs in float64, in pure TypeScript: slow and simple. It runs everywhere and supports every primitive.
 *
 * @example
 * pipe(referenceEngine.compile(classifier, { sizes: { B: 8 }, weights, state: [] }), TE.chain(({ run }) => run(batch)))
 */
export const referenceEngine: Engine = {
  name: 'reference',
  compile: (program, options) =>
    contained('reference', 'compile', () =>
      TE.fromEither(
        pipe(
          staticShapes(program, options.sizes),
          E.map((shapes) => portsOf(program, shapes.shape)),
          E.tap((ports) => checkWeights(ports, options.weights)),
          E.tap((ports) => checkState(ports, options)),
          E.map((ports) => executable(program, ports, options)),
        ),
      ),
    ),
}
