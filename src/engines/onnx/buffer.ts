/** Tensors that both sides can read: a value of ours, and ONNX Runtime's view of the same memory. */
import type { Tensor } from 'onnxruntime-node'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../../dsl/values/value.js'
import type { NamedValues } from '../../dsl/values/named-values.js'
import type { EngineFailed } from '../failure.js'
import { inSinglePrecision, zeros } from '../../dsl/values/value.js'
import type { Port } from '../ports.js'

/** The library, once it is loaded. */
export type OnnxRuntime = typeof import('onnxruntime-node')

export interface Buffer {
  readonly value: TensorValue
  readonly tensor: Tensor
}

/** A value as ONNX Runtime takes it, not copied unless it is in double precision. */
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

/** A buffer for a result. */
export const emptyBuffer = (runtime: OnnxRuntime, { dtype, shape }: Pick<Port, 'dtype' | 'shape'>): Buffer =>
  bufferOf(runtime, zeros(dtype, shape))

/** What a tensor on the host holds; nothing where it is of another type than it should be. */
const valueOf = ({ dtype, shape }: Port, { data }: Tensor): TensorValue | undefined => {
  if (dtype === 'f32' && data instanceof Float32Array) return { dtype, shape, data }
  if (dtype === 'i32' && data instanceof Int32Array) return { dtype, shape, data }
  if (dtype === 'bool' && data instanceof Uint8Array) return { dtype, shape, data }
  return undefined
}

/** Values of outputs, by their names in the program, from results by their names in the graph. */
export const valuesOf = (
  outputs: Readonly<Record<string, Port>>,
  results: Readonly<Record<string, Tensor>>,
): E.Either<EngineFailed, NamedValues> =>
  pipe(
    Object.entries(outputs),
    E.traverseArray(([name, port]) => {
      const result = results[port.name]
      const value = result === undefined ? undefined : valueOf(port, result)
      return value === undefined ? E.left(missing(name, port)) : E.right([name, value] as const)
    }),
    E.map((values): NamedValues => Object.fromEntries(values)),
  )

const missing = (name: string, { dtype }: Port): EngineFailed => ({
  tag: 'EngineFailed',
  engine: 'onnx',
  stage: 'run',
  reason: `ONNX Runtime gave no tensor of ${dtype} for the output '${name}'`,
  advice: "run the program with the engine 'reference', and report it",
})
