/** An engine that exports every program with open symbols and runs the file: it learns sizes from the inputs alone. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Sizes } from '../../src/shapes/dim.js'
import { symbolsOf } from '../../src/shapes/dim.js'
import type { Program } from '../../src/dsl/program.js'
import type { Engine } from '../../src/engines/engine.js'
import type { EngineFailure } from '../../src/engines/failure.js'
import { toOnnx } from '../../src/engines/onnx/to-onnx.js'
import type { NamedValues } from '../../src/values/named-values.js'
import type { TensorValue } from '../../src/values/value.js'
import { inSinglePrecision } from '../../src/values/value.js'

export const fed = (value: TensorValue): Tensor => {
  switch (value.dtype) {
    case 'f32':
      return new Tensor('float32', inSinglePrecision(value.data), value.shape)
    case 'i32':
      return new Tensor('int32', value.data, value.shape)
    case 'bool':
      return new Tensor('bool', value.data, value.shape)
  }
}

export const readBack = ({ data, dims }: Tensor): TensorValue => {
  const shape = [...dims]
  if (data instanceof Float32Array) return { dtype: 'f32', shape, data }
  if (data instanceof Int32Array) return { dtype: 'i32', shape, data }
  if (data instanceof Uint8Array) return { dtype: 'bool', shape, data }
  throw new Error(`an output holds neither f32, i32 nor bool: ${Object.prototype.toString.call(data)}`)
}

/**
 * The sizes that a model has to be given: of axes without positions, and of symbols that no axis of an input is or is an
 * expression of, alone.
 */
const sizesGiven = ({ inputs, parameters }: Program, sizes: Sizes): Sizes => {
  const alone = [...inputs, ...parameters]
    .flatMap(({ shape }) => shape.map(symbolsOf))
    .filter(({ length }) => length === 1)
  const readable = new Set(alone.flat())
  return Object.fromEntries(
    Object.entries(sizes).filter(([symbol, size]) => size === 0 || !readable.has(symbol)),
  )
}

const failed =
  (stage: 'compile' | 'run') =>
  (cause: unknown): EngineFailure => ({
    tag: 'EngineFailed',
    engine: 'exported models',
    stage,
    reason: String(cause),
    advice: 'see the message',
  })

/** Feeds by name, to results in the order of the outputs. */
type Run = (given: NamedValues) => Promise<readonly TensorValue[]>

const sessionOf = async (bytes: Uint8Array): Promise<Run> => {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 })
  return async (given) => {
    const feeds = session.inputNames.flatMap((name) => {
      const value = given[name]
      return value === undefined ? [] : [[name, fed(value)] as const]
    })
    const results = await session.run(Object.fromEntries(feeds))
    return session.outputNames.flatMap((name) => {
      const result = results[name]
      return result === undefined ? [] : [readBack(result)]
    })
  }
}

/** Weights are inputs of the models, so that symbols of their axes stay open, too. */
export const exportedModelEngine: Engine = {
  name: 'exported models',
  compile: (program, { sizes, weights, state }) => {
    const names = Object.keys(program.outputs)
    return pipe(
      TE.fromEither(toOnnx(program, { sizes: sizesGiven(program, sizes) })),
      TE.chain((bytes) =>
        TE.tryCatch(
          // ONNX Runtime refuses a model without outputs.
          () => (names.length === 0 ? Promise.resolve<Run>(() => Promise.resolve([])) : sessionOf(bytes)),
          failed('compile'),
        ),
      ),
      TE.map((run) => ({
        run: (inputs) =>
          pipe(
            TE.tryCatch(() => run({ ...weights, ...inputs }), failed('run')),
            TE.map((results): NamedValues =>
              Object.fromEntries(results.map((value, i) => [names[i] ?? '', value])),
            ),
          ),
        readState: () =>
          TE.right(Object.fromEntries(state.map(({ parameter, initial }) => [parameter, initial]))),
        writeState: () => TE.right(undefined),
        dispose: () => TE.right(undefined),
      })),
    )
  },
}
