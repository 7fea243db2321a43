/** The engine `reference`: the float64 oracle behind the interface of every engine. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { evaluate } from '../../dsl/evaluate/evaluate.js'
import type { Program } from '../../dsl/program.js'
import type { TensorValue } from '../../dsl/value.js'
import type { CompileOptions, Engine, Executable, NamedValues } from '../engine.js'
import type { EngineFailure } from '../failure.js'

/** State as files hold it: a run that is saved after any step and goes on from there computes the same. */
const asStored = (value: TensorValue): TensorValue =>
  value.dtype === 'f32' ? { ...value, data: Float32Array.from(value.data) } : value

const initialValues = ({ state }: CompileOptions): NamedValues =>
  Object.fromEntries(state.map(({ parameter, initial }) => [parameter, asStored(initial)]))

/** One run: its outputs, without those that are the next state, and that state. */
const step = (
  program: Program,
  { sizes, weights, state }: CompileOptions,
  current: NamedValues,
  inputs: NamedValues,
): E.Either<EngineFailure, { readonly outputs: NamedValues; readonly next: NamedValues }> =>
  pipe(
    evaluate(program, { ...weights, ...current, ...inputs }, sizes),
    E.mapLeft((fault): EngineFailure => ({ tag: 'ProgramRejected', where: 'engine reference', fault })),
    E.chain((results: NamedValues) => {
      const missing = state.find(({ output }) => results[output] === undefined)
      if (missing !== undefined) {
        return E.left<EngineFailure>({
          tag: 'TensorMissing',
          name: missing.output,
          where: 'outputs of the program',
          similar: [],
        })
      }
      const carried = new Set(state.map(({ output }) => output))
      return E.right({
        outputs: Object.fromEntries(Object.entries(results).filter(([name]) => !carried.has(name))),
        next: Object.fromEntries(
          state.flatMap(({ parameter, output }) => {
            const value = results[output]
            return value === undefined ? [] : [[parameter, asStored(value)]]
          }),
        ),
      })
    }),
  )

const executable = (program: Program, options: CompileOptions): Executable => {
  let current: NamedValues | undefined = initialValues(options)
  const disposed: EngineFailure = {
    tag: 'EngineFailed',
    engine: 'reference',
    stage: 'run',
    reason: 'the program was disposed of',
    advice: 'compile it again',
  }
  const alive = (): E.Either<EngineFailure, NamedValues> =>
    current === undefined ? E.left(disposed) : E.right(current)
  return {
    run: (inputs) =>
      TE.fromIOEither(() =>
        pipe(
          alive(),
          E.chain((state) => step(program, options, state, inputs)),
          E.map(({ outputs, next }) => {
            current = next
            return outputs
          }),
        ),
      ),
    readState: () => TE.fromIOEither(alive),
    writeState: (values) =>
      TE.fromIOEither(() =>
        pipe(
          alive(),
          E.chain((state) => {
            const missing = Object.keys(state).find((name) => values[name] === undefined)
            return missing === undefined
              ? E.right(undefined)
              : E.left<EngineFailure>({ tag: 'TensorMissing', name: missing, where: 'state', similar: [] })
          }),
          E.map(() => {
            current = R.map(asStored)(values)
          }),
        ),
      ),
    dispose: () =>
      TE.fromIO(() => {
        current = undefined
      }),
  }
}

/**
 * Pure TypeScript: slow, small, obviously right. Runs everywhere and supports every primitive. It computes in float64
 * and keeps state between runs in float32.
 */
export const referenceEngine: Engine = {
  name: 'reference',
  compile: (program, options) => TE.fromIO(() => executable(program, options)),
}
