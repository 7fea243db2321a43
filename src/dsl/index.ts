/**
 * `tensile`: tensor programs as pure, shape-typed data.
 *
 * Build tensors with the operations, differentiate with `gradients`, make a checked `program`; then print it, serialise
 * it or evaluate it. Nothing here performs an effect.
 */

// Inputs, parameters, constants, and dims as values.
export { constant, full, input, iota, parameter, scalar, zerosLike } from './ops/leaf.js'
export * from './ops/dims.js'

// Operations on elements.
export * from './ops/activation.js'
export * from './ops/elementwise.js'

// Matrix products, convolution, reductions and normalisation.
export { conv1d, conv2d, conv2dTo, convTranspose2d } from './ops/convolution.js'
export * from './ops/indexing/cumulative.js'
export * from './ops/linear.js'
export * from './ops/linear-algebra.js'
export * from './ops/layout/mask.js'
export * from './ops/matmul.js'
export * from './ops/norm.js'
export * from './ops/pooling.js'
export * from './ops/normalization.js'
export * from './ops/reduce.js'

// Shapes, parts and indices.
export * from './ops/layout/concat.js'
export * from './ops/layout/diagonal.js'
export * from './ops/layout/grid.js'
export * from './ops/indexing/dynamic-slice.js'
export * from './ops/indexing/indexing.js'
export * from './ops/layout/layout.js'
export * from './ops/layout/ragged.js'
export * from './ops/layout/reorder.js'
export * from './ops/layout/repeat.js'
export * from './ops/resize.js'
export * from './ops/indexing/scatter.js'
export * from './ops/indexing/segment.js'
export * from './ops/layout/slice.js'
export * from './ops/indexing/sort.js'

// Loops.
export type { ScanOptions, ScanStep } from './ops/scan.js'
export { scan } from './ops/scan.js'
export type { WhileLoopOptions } from './ops/while-loop.js'
export { whileLoop } from './ops/while-loop.js'

// Random numbers: in a program, from a tensor that holds a key; and outside of one.
export * from './ops/random/random.js'
export * from './ops/random/random-distributions.js'
export * as randomKey from '../values/random-key.js'
export type { RandomKey } from '../values/random-key.js'

// Shapes that a function of tensors states, for the compiler and at run time.
export * from './ops/assertion.js'
export type { Operand, Operands } from './ops/signature.js'
export { withSignature } from './ops/signature.js'

// Types of tensors and dims, for generic code.
export type { Tensor } from './tensor.js'
export type { DimHandle } from '../shapes/dim-handle.js'
export type { ShapeError } from '../shapes/shape-error.js'
export type { AnyTensor, Program } from './program.js'
export type * as ShapeTypes from './shape-types.js'
export type { DimArgument } from '../shapes/dim-argument.js'
export type { AddDims, DivideDims, MultiplyDims } from '../shapes/arithmetic/dim-arithmetic.js'
export type { Dim, Shape, Sizes } from '../shapes/dim.js'
export { evaluateDim, showShape } from '../shapes/dim.js'

// Programs, their faults and their gradients.
export { program, programOfNodes } from './program.js'
export type { Scope } from './scope.js'
export { scope } from './scope.js'
export * from './fault.js'
export { gradient, gradientNodes, gradients } from './transformations/reverse-mode.js'
export type { Replacement } from './transformations/substitute.js'
export { mapParameters, replacement, substitute, substituteInProgram } from './transformations/substitute.js'
export { hessian, jacobian, jvp, perExampleGradients, vjp } from './transformations/derivatives.js'
export { vmap } from './transformations/vmap.js'
export { checkpoint } from './transformations/checkpoint.js'
export { withGradient } from './ops/with-gradient.js'
export type { Node, NodeOf, Op, Primitives } from './primitives/primitive.js'

// Programs as text, as a picture and as JSON.
export { toText } from './documents/print-text.js'
export type { DotOptions } from './documents/print-dot.js'
export { toDot } from './documents/print-dot.js'
export type { DocumentFault, ProgramDocument } from './documents/json.js'
export { canonicalJson, fromJson, toJson } from './documents/json.js'
export type { LiteralsCodec } from './documents/literals.js'

// What a program costs.
export type { OperationCount } from './costs/operation-count.js'
export {
  addOperations,
  countOperations,
  countOperationsByPrimitive,
  countOperationsByScope,
  floatingPointOperations,
} from './costs/operation-count.js'
export type { LiveMemory } from './costs/live-memory.js'
export { liveMemory } from './costs/live-memory.js'

// Tensor values, and evaluation in float64.
export type { DType, TensorValue } from '../values/value.js'
export type { NamedValues } from '../values/named-values.js'
export type { Nested } from '../values/nested.js'
export * as tensor from '../values/tensor-values.js'
export * from '../values/rows.js'
export * from './bind-sizes.js'
export * from './evaluate/evaluate.js'
