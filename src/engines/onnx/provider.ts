/** Execution providers of ONNX Runtime, and the operators and number formats that a lowering may use on each. */
import * as E from 'fp-ts/lib/Either.js'
import type { EngineFailed } from '../failure.js'
import type { Precision } from '../precision.js'

/** An execution provider. */
export type Provider = 'cpu' | 'webgpu' | 'cuda'

/** Whether state stays on the device between runs. It is tried for WebGPU only. */
export const keepsTensors: { readonly [P in Provider]: boolean } = { cpu: false, webgpu: true, cuda: false }

/** Settings of a session. */
export interface SessionSettings {
  readonly provider: Provider
  /** Threads for each operator; default: the number of cores. */
  readonly threads?: number
  /** Repacks weights into the layout that products read fastest. Each session then holds a copy of its own. */
  readonly packWeights: boolean
  /** Number format of matrix products and convolutions. */
  readonly precision: Precision
  /**
   * Whether ONNX Runtime rewrites the graph before it runs it: folds constants, fuses nodes, changes the layout of convolutions.
   * By default on the CPU it does for programs with convolutions only, on devices for all.
   */
  readonly graphOptimization?: GraphOptimization
}

/** Whether ONNX Runtime rewrites graphs. */
export const graphOptimizations = ['on', 'off'] as const
export type GraphOptimization = (typeof graphOptimizations)[number]

/** Choices of a lowering that depend on the provider. */
export interface Dialect {
  /** Whether to use ONNX Runtime's own operator `FusedMatMul`, a batched product that reads operands transposed. */
  readonly fusedMatMul: boolean
  /** Whether to use its operators for chains of others where nothing reads what is between: `fuse-operators.ts`. */
  readonly fusesOperators: boolean
  /** Number format that operands and results of matrix products and convolutions are rounded to. */
  readonly precision: Precision
  /** Whether products are computed in half precision; otherwise in float32, between roundings. */
  readonly hasHalfKernels: boolean
  /** Whether `ReduceLogSumExp` subtracts the largest element before it exponentiates. */
  readonly shiftsLogSumExp: boolean
}

/** Only standard operators of ONNX. */
export const portable: Dialect = {
  fusedMatMul: false,
  fusesOperators: false,
  precision: 'float32',
  hasHalfKernels: false,
  shiftsLogSumExp: true,
}

/** The number formats that each provider supports. */
export const precisionsOf: { readonly [P in Provider]: readonly Precision[] } = {
  cpu: ['float32', 'float16', 'bfloat16'],
  // WGSL has no bfloat16.
  webgpu: ['float32', 'float16'],
  cuda: ['float32', 'float16', 'bfloat16'],
}

/** The dialect of each provider. */
const dialects: { readonly [P in Provider]: Omit<Dialect, 'precision'> } = {
  // ONNX Runtime has no kernels for bfloat16 here, and computes float16 in 32 bits without rounding anything.
  cpu: { fusedMatMul: true, fusesOperators: true, hasHalfKernels: false, shiftsLogSumExp: true },
  // FusedMatMul has no WebGPU kernel: it would run on the CPU, with copies there and back.
  webgpu: { fusedMatMul: false, fusesOperators: false, hasHalfKernels: true, shiftsLogSumExp: false },
  cuda: { fusedMatMul: true, fusesOperators: false, hasHalfKernels: true, shiftsLogSumExp: true },
}

/** The dialect on processors in 32 bits. */
export const processorDialect: Dialect = { ...dialects.cpu, precision: 'float32' }

/** The dialect for a provider and a precision. Fails if the provider does not support the precision. */
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

/** Advice for a session that cannot be made. */
export const adviceFor: { readonly [P in Provider]: string } = {
  cpu: "try the engine 'reference', and report the program",
  webgpu: "it needs a graphics driver: on Linux a Vulkan one, which VK_ICD_FILENAMES may name; or use 'onnx'",
  cuda: "it needs an NVIDIA GPU with CUDA, and libraries that 'npm rebuild onnxruntime-node --onnxruntime-node-install' fetches from NuGet; or use 'onnx'",
}
