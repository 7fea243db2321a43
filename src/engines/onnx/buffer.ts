/** Memory that this library and ONNX Runtime share: a tensor value and a tensor of ONNX Runtime over the same elements. */
import type { Tensor } from 'onnxruntime-node'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../../values/value.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailed } from '../failure.js'
import { inSinglePrecision, zeros } from '../../values/value.js'
import type { Port } from '../ports.js'
import { lookup } from '../../values/record.js'

/** What `onnxruntime-node` and `onnxruntime-web` have in common. */
export type OnnxRuntime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>

export interface Buffer {
  readonly value: TensorValue
  readonly tensor: Tensor
}

/** A value as a tensor of ONNX Runtime. Only values in double precision are copied. */
export const bufferOf = ({ Tensor }: OnnxRuntime, value: TensorValue): Buffer => {
  switch (value.dtype) {
    case 'f32': {
      const data = inSinglePrecision(value.data)
      return { value: { ...value, data }, tensor: new Tensor('float32', data, value.shape) }
    }
    case 'i32':
      return { value, tensor: new Tensor('int32', value.data, value.shape) }
    case 'bool':
      return { value, tensor: new Tensor('bool', value.data, value.shape) }
  }
}

/** A buffer of zeros, for a result. */
export const emptyBuffer = (runtime: OnnxRuntime, { dtype, shape }: Pick<Port, 'dtype' | 'shape'>): Buffer =>
  bufferOf(runtime, zeros(dtype, shape))

/** The value of a tensor in host memory; undefined if its type is not that of the port. */
const valueOf = ({ dtype, shape }: Port, { data }: Tensor): TensorValue | undefined => {
  if (dtype === 'f32' && data instanceof Float32Array) return { dtype, shape, data }
  if (dtype === 'i32' && data instanceof Int32Array) return { dtype, shape, data }
  if (dtype === 'bool' && data instanceof Uint8Array) return { dtype, shape, data }
  return undefined
}

/** The outputs by their names in the program, from results by their names in the graph. */
export const valuesOf = (
  engine: string,
  outputs: Readonly<Record<string, Port>>,
  results: Readonly<Record<string, Tensor>>,
): E.Either<EngineFailed, NamedValues> =>
  pipe(
    Object.entries(outputs),
    E.traverseArray(([name, port]) => {
      const result = lookup(port.name, results)
      const value = result === undefined ? undefined : valueOf(port, result)
      return value === undefined ? E.left(missing(engine, name, port)) : E.right([name, value] as const)
    }),
    E.map((values): NamedValues => Object.fromEntries(values)),
  )

const missing = (engine: string, name: string, { dtype }: Port): EngineFailed => ({
  tag: 'EngineFailed',
  engine,
  stage: 'run',
  reason: `ONNX Runtime gave no tensor of ${dtype} for the output '${name}'`,
  advice: "run the program with the engine 'reference', and report it",
})
