/**
 * `tensile`: tensor programs as pure, shape-typed data.
 *
 * Build programs with the operations, differentiate with `gradients`, check and name them with `program`; print,
 * serialise or evaluate the result. Nothing here performs an effect.
 */
export * from './ops/activation.js'
export * from './ops/assertion.js'
export * from './ops/concat.js'
export * from './ops/convolution.js'
export * from './ops/dims.js'
export * from './ops/elementwise.js'
export * from './ops/indexing.js'
export * from './ops/layout.js'
export { full, input, iota, parameter, scalar, table, zerosLike } from './ops/leaf.js'
export * from './ops/linear.js'
export * from './ops/mask.js'
export * from './ops/matmul.js'
export * from './ops/normalization.js'
export * from './ops/random.js'
export * from './ops/reduce.js'
export type { Operand, Operands } from './ops/signature.js'
export { withSignature } from './ops/signature.js'
export * from './ops/reorder.js'
export * from './ops/runs.js'
export * from './ops/slice.js'

export * from './bind-sizes.js'
export type { Dim, Shape, Sizes } from './dim.js'
export { evaluateDim, showShape } from './dim.js'
export * from './evaluate/evaluate.js'
export * from './fault.js'
export type { DocumentFault, ProgramDocument } from './json.js'
export { fromJson, toJson } from './json.js'
export {
  addOperations,
  countOperations,
  countOperationsByPrimitive,
  floatingPointOperations,
} from './operation-count.js'
export type { OperationCount } from './operation-count.js'
export { liveMemory } from './live-memory.js'
export type { LiveMemory } from './live-memory.js'
export type { Node, NodeOf, Op } from './primitive.js'
export { toDot } from './print-dot.js'
export { toText } from './print-text.js'
export type { AnyTensor, Program } from './program.js'
export { program, programOfNodes } from './program.js'
export * as randomKey from './random-key.js'
export type { RandomKey } from './random-key.js'
export { gradient, gradientNodes, gradients } from './reverse-mode.js'
export type { DimHandle, ShapeError, Tensor } from './tensor.js'
export type { DType, TensorValue } from './value.js'
export type { AddDims, DivideDims, MultiplyDims } from './shape/dim-arithmetic.js'
export type { DimArgument } from './shape/dim-argument.js'
