/** A model in a file of ONNX, whoever wrote it, as an executable. */
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { NamedValues } from '../../values/named-values.js'
import type { TensorValue } from '../../values/value.js'
import type { Executable } from '../engine.js'
import type { EngineFailed } from '../failure.js'
import { usedAfterDisposal } from '../failure.js'
import type { OnnxRuntime } from './buffer.js'
import { bufferOf } from './buffer.js'
import { onnxRuntime } from './node-binding.js'
import { failed } from './session.js'

/** A model that is ready to run, and what it reads. */
export interface OpenModel {
  readonly executable: Executable
  /** The shape of each input; `undefined` stands for a size that each run chooses. */
  readonly inputs: Readonly<Record<string, readonly (number | undefined)[]>>
}

const engine = 'onnx'

/** Whole numbers of 64 bits as those of 32, where all of them fit. */
const inThirtyTwoBits = (data: BigInt64Array): Int32Array | undefined => {
  const narrow = Int32Array.from(data, Number)
  return data.every((value, i) => Number(value) === narrow[i]) ? narrow : undefined
}

const valueOf = (name: string, { type, data, dims }: Tensor): E.Either<EngineFailed, TensorValue> => {
  if (data instanceof Float32Array) return E.right({ dtype: 'f32', shape: dims, data })
  if (data instanceof Int32Array) return E.right({ dtype: 'i32', shape: dims, data })
  if (type === 'bool' && data instanceof Uint8Array) return E.right({ dtype: 'bool', shape: dims, data })
  const narrow = data instanceof BigInt64Array ? inThirtyTwoBits(data) : undefined
  if (narrow !== undefined) return E.right({ dtype: 'i32', shape: dims, data: narrow })
  const reason = `output '${name}' is of type ${type}, or holds whole numbers beyond 32 bits`
  return E.left({
    tag: 'EngineFailed',
    engine,
    stage: 'run',
    reason,
    advice: 'export the model with outputs of float32, int32, bool, or int64 within 32 bits',
  })
}

/** A value as a tensor of the type that the model wants: its 64-bit integers are given in 32 bits. */
const tensorFor = (runtime: OnnxRuntime, wanted: string | undefined, value: TensorValue): Tensor =>
  wanted === 'int64' && value.dtype === 'i32'
    ? new runtime.Tensor('int64', BigInt64Array.from(value.data, BigInt), value.shape)
    : bufferOf(runtime, value).tensor

const valuesOf = (results: Readonly<Record<string, Tensor>>): E.Either<EngineFailed, NamedValues> =>
  pipe(
    Object.entries(results),
    E.traverseArray(([name, tensor]) =>
      pipe(
        valueOf(name, tensor),
        E.map((value) => [name, value] as const),
      ),
    ),
    E.map((values): NamedValues => Object.fromEntries(values)),
  )

const executableOf = (runtime: OnnxRuntime, session: InferenceSession): Executable => {
  let open = true
  const types = new Map(
    session.inputMetadata.flatMap((input) => (input.isTensor ? [[input.name, input.type] as const] : [])),
  )
  const ifOpen = <A>(use: TE.TaskEither<EngineFailed, A>): TE.TaskEither<EngineFailed, A> => {
    return () => (open ? use() : Promise.resolve(E.left(usedAfterDisposal(engine))))
  }
  return {
    run: (inputs) =>
      ifOpen(
        pipe(
          TE.tryCatch(
            () =>
              session.run(
                Object.fromEntries(
                  Object.entries(inputs).map(([name, value]) => [
                    name,
                    tensorFor(runtime, types.get(name), value),
                  ]),
                ),
                { logSeverityLevel: 4 },
              ),
            failed(engine, 'run', () => 'give the inputs that the model names, of its shapes'),
          ),
          TE.chainEitherK(valuesOf),
        ),
      ),
    readState: () => ifOpen(TE.right({})),
    writeState: () => ifOpen(TE.right(undefined)),
    dispose: () => async () => {
      if (!open) return E.right(undefined)
      open = false
      return TE.tryCatch(
        () => session.release(),
        failed(engine, 'dispose', () => 'the memory is freed when the process ends'),
      )()
    },
  }
}

const shapesOf = ({ inputMetadata }: InferenceSession): OpenModel['inputs'] =>
  Object.fromEntries(
    inputMetadata.flatMap((input) =>
      input.isTensor
        ? [[input.name, input.shape.map((size) => (typeof size === 'number' && size > 0 ? size : undefined))]]
        : [],
    ),
  )

/**
 * Opens a model that `exportRun`, or anything else, wrote: its inputs are given by name, 64-bit integers in 32 bits. Each operator uses `threads` threads
 * (default: one for each core). Fails with `EngineFailed` where `onnxruntime-node` is missing or refuses the file.
 *
 * @example
 * const opened = openModel('classifier.onnx', { threads: 1 })
 */
export const openModel = (
  path: string,
  { threads }: { readonly threads?: number | undefined } = {},
): TE.TaskEither<EngineFailed, OpenModel> =>
  pipe(
    onnxRuntime,
    TE.chain((runtime) =>
      pipe(
        TE.tryCatch(
          () =>
            runtime.InferenceSession.create(path, {
              ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
              logSeverityLevel: 4,
            }),
          failed(engine, 'load', () => `give a model of ONNX; its weights must lie in the same folder`),
        ),
        TE.map((session) => ({ executable: executableOf(runtime, session), inputs: shapesOf(session) })),
      ),
    ),
  )
