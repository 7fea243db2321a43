/** Execution providers of ONNX Runtime, and which operators a lowering may use on each. */

/** Where a session computes. */
export type Provider = 'cpu' | 'webgpu' | 'cuda'

/** Choices of a lowering that depend on what will run the model. */
export interface Dialect {
  /** `FusedMatMul` of ONNX Runtime's own domain: a batched product that reads an operand transposed. */
  readonly fusedMatMul: boolean
}

/** Operators of ONNX alone. */
export const portable: Dialect = { fusedMatMul: false }

export const dialects: { readonly [P in Provider]: Dialect } = {
  cpu: { fusedMatMul: true },
  // FusedMatMul has no WebGPU kernel: it would run on the CPU, with copies there and back.
  webgpu: portable,
  cuda: { fusedMatMul: true },
}
