/** A program compiled for ONNX Runtime: a session, the program's ports, and the state that it keeps between runs. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../../values/record.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Executable, EngineState } from '../engine.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailed, EngineFailure } from '../failure.js'
import { usedAfterDisposal } from '../failure.js'
import { checkValues } from '../check-values.js'
import { contained } from '../contained.js'
import type { Binding } from './binding.js'
import type { OnnxRuntime } from './buffer.js'
import { bufferOf, emptyBuffer, valuesOf } from './buffer.js'
import type { CarriedState } from './carried-state.js'
import type { LoweredProgram } from './lowering/lowering.js'
import type { Session } from './session.js'

interface OnnxExecutableParts {
  readonly runtime: OnnxRuntime
  readonly binding: Pick<Binding, 'engine' | 'fillsTensors' | 'turns'>
  readonly session: Session
  readonly lowered: LoweredProgram
  /** Names of all declared inputs, also of those that no output needs. */
  readonly declared: readonly string[]
  readonly state: readonly EngineState[]
  readonly carried: CarriedState
}

export const onnxExecutable = ({
  runtime,
  binding: { engine, fillsTensors, turns },
  session,
  lowered: { inputs, parameters, outputs },
  declared,
  state,
  carried,
}: OnnxExecutableParts): Executable => {
  const stateWanted = parameters.filter(({ name }) => state.some(({ parameter }) => parameter === name))
  const results = pipe(
    outputs,
    R.filterWithIndex((name) => !state.some(({ output }) => output === name)),
  )
  const inTurn = turns()
  let live = true
  const whileLive = <A>(
    stage: EngineFailed['stage'],
    task: () => TE.TaskEither<EngineFailure, A>,
  ): TE.TaskEither<EngineFailure, A> =>
    inTurn(contained(engine, stage, () => (live ? task() : TE.left(usedAfterDisposal(engine)))))

  const runOnce = (given: NamedValues): TE.TaskEither<EngineFailure, NamedValues> => {
    const fed = inputs.flatMap(({ name }) => {
      const value = given[name]
      return value === undefined ? [] : [[name, bufferOf(runtime, value).tensor] as const]
    })
    const wanted = Object.values(results).map(
      (port) => [port.name, fillsTensors ? emptyBuffer(runtime, port).tensor : null] as const,
    )
    return pipe(
      session.run(
        { ...Object.fromEntries(fed), ...carried.feeds() },
        { ...Object.fromEntries(wanted), ...carried.fetches() },
      ),
      TE.chainFirstIOK((found) => () => carried.moveOn(found)),
      TE.chainEitherKW((found) => valuesOf(engine, results, found)),
    )
  }

  return {
    run: (given) =>
      whileLive('run', () =>
        pipe(
          TE.fromEither<EngineFailure, void>(checkValues(inputs, given, 'inputs', declared)),
          TE.chain(() => runOnce(given)),
        ),
      ),
    readState: () => whileLive('state', () => carried.read),
    writeState: (values) =>
      whileLive('state', () =>
        pipe(
          TE.fromEither<EngineFailure, void>(checkValues(stateWanted, values, 'state')),
          TE.map(() => carried.write(values)),
        ),
      ),
    dispose: () =>
      inTurn(() => {
        if (!live) return Promise.resolve(E.right(undefined))
        live = false
        carried.forget()
        return session.release()()
      }),
  }
}
