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
export { full, input, iota, parameter, scalar, constant, zerosLike } from './ops/leaf.js'
export * from './ops/linear.js'
export * from './ops/mask.js'
export * from './ops/matmul.js'
export * from './ops/normalization.js'
export * from './ops/random.js'
export * from './ops/reduce.js'
export type { Operand, Operands } from './ops/signature.js'
export { withSignature } from './ops/signature.js'
export * from './ops/reorder.js'
export * from './ops/ragged.js'
export * from './ops/slice.js'

export * from './bind-sizes.js'
export type { Dim, Shape, Sizes } from './dim.js'
export { evaluateDim, showShape } from './dim.js'
export * from './evaluate/evaluate.js'
export * from './fault.js'
export type { DocumentFault, ProgramDocument } from './documents/json.js'
export { fromJson, toJson } from './documents/json.js'
export {
  addOperations,
  countOperations,
  countOperationsByPrimitive,
  floatingPointOperations,
} from './costs/operation-count.js'
export type { OperationCount } from './costs/operation-count.js'
export { liveMemory } from './costs/live-memory.js'
export type { LiveMemory } from './costs/live-memory.js'
export type { Node, NodeOf, Op } from './primitives/primitive.js'
export { toDot } from './documents/print-dot.js'
export { toText } from './documents/print-text.js'
export type { AnyTensor, Program } from './program.js'
export { program, programOfNodes } from './program.js'
export * as randomKey from './random-key.js'
export type { RandomKey } from './random-key.js'
export { gradient, gradientNodes, gradients } from './transformations/reverse-mode.js'
export type { DimHandle, ShapeError, Tensor } from './tensor.js'
export type { NamedValues } from './values/named-values.js'
export * from './values/rows.js'
export type { DType, TensorValue } from './values/value.js'
export type { AddDims, DivideDims, MultiplyDims } from './shape/dim-arithmetic.js'
export type { DimArgument } from './shape/dim-argument.js'
