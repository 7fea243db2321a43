/** Execution providers of ONNX Runtime, and which operators and number formats a lowering may use on each. */
import * as E from 'fp-ts/lib/Either.js'
import type { EngineFailed } from '../failure.js'
import type { Precision } from '../precision.js'

/** Where a session computes. */
export type Provider = 'cpu' | 'webgpu' | 'cuda'

/** Providers whose tensors can stay on the device between runs, as far as that could be tried. */
export const keepsTensors: { readonly [P in Provider]: boolean } = { cpu: false, webgpu: true, cuda: false }

/** How sessions are made. */
export interface SessionSettings {
  readonly provider: Provider
  /** Threads that one operator is spread over; as many as there are cores unless given. */
  readonly threads?: number
  /** Keeps weights in the layout that products read fastest: faster runs, for a private copy in each session. */
  readonly packWeights: boolean
  /** What matrix products and convolutions are computed in. */
  readonly precision: Precision
}

/** Choices of a lowering that depend on what will run the model. */
export interface Dialect {
  /** `FusedMatMul` of ONNX Runtime's own domain: a batched product that reads an operand transposed. */
  readonly fusedMatMul: boolean
  /** What operands and results of matrix products and convolutions are rounded to. */
  readonly precision: Precision
  /** Whether they can be computed in half precision, too; otherwise they are computed in float32. */
  readonly hasHalfKernels: boolean
}

/** Operators of ONNX alone. */
export const portable: Dialect = { fusedMatMul: false, precision: 'float32', hasHalfKernels: false }

/** What each provider can be asked for. */
export const precisionsOf: { readonly [P in Provider]: readonly Precision[] } = {
  cpu: ['float32', 'float16', 'bfloat16'],
  // WGSL has no bfloat16.
  webgpu: ['float32', 'float16'],
  cuda: ['float32', 'float16', 'bfloat16'],
}

/** What is special about each provider. */
const dialects: { readonly [P in Provider]: Omit<Dialect, 'precision'> } = {
  // ONNX Runtime has no kernels for bfloat16 here, and computes float16 in 32 bits without rounding anything.
  cpu: { fusedMatMul: true, hasHalfKernels: false },
  // FusedMatMul has no WebGPU kernel: it would run on the CPU, with copies there and back.
  webgpu: { fusedMatMul: false, hasHalfKernels: true },
  cuda: { fusedMatMul: true, hasHalfKernels: true },
}

/** How programs are lowered for a provider. Fails where it has no such numbers. */
export const dialectOf = (provider: Provider, precision: Precision): E.Either<EngineFailed, Dialect> =>
  precisionsOf[provider].includes(precision)
    ? E.right({ ...dialects[provider], precision })
    : E.left({
        tag: 'EngineFailed',
        engine: 'onnx',
        stage: 'compile',
        reason: `the provider '${provider}' has no ${precision}`,
        advice: `use ${precisionsOf[provider].join(' or ')}`,
      })

/** What somebody needs to know whose session could not be made on a provider. */
export const adviceFor: { readonly [P in Provider]: string } = {
  cpu: "try the engine 'reference', and report the program",
  webgpu: "it needs a graphics driver: on Linux a Vulkan one, which VK_ICD_FILENAMES may name; or use 'onnx'",
  cuda: "it needs an NVIDIA GPU with CUDA, and libraries that 'npm rebuild onnxruntime-node --onnxruntime-node-install' fetches from NuGet; or use 'onnx'",
}
