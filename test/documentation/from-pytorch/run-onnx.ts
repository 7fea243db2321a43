/** Runs an exported model in ONNX Runtime, as its users do. */
import * as E from 'fp-ts/lib/Either.js'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { NamedValues, TensorValue } from '../../../src/dsl/index.js'
import { tensor } from '../../../src/dsl/index.js'

/** The outputs of a model of f32 inputs and outputs. Throws where the export failed. */
export const runOnnx = async (
  file: E.Either<unknown, Uint8Array>,
  inputs: NamedValues,
): Promise<readonly TensorValue[]> => {
  if (E.isLeft(file)) throw new Error(JSON.stringify(file.left))
  const session = await InferenceSession.create(file.right)
  try {
    const feeds = session.inputNames.flatMap((name) => {
      const value = inputs[name]
      return value?.dtype === 'f32'
        ? [[name, new Tensor('float32', Float32Array.from(value.data), value.shape)] as const]
        : []
    })
    const outputs = await session.run(Object.fromEntries(feeds))
    return session.outputNames.flatMap((name) => {
      const output = outputs[name]
      return output?.data instanceof Float32Array ? [tensor.f32(output.dims, output.data)] : []
    })
  } finally {
    await session.release()
  }
}
