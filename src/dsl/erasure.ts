/**
 * The one file with type assertions. Nodes of the graph carry no shape in their types. The shape of every result is
 * computed twice: by the compiler, with the types in `shape/`, and at run time, by `primitives/shape-rules.ts`. The
 * compiler cannot see that the two agree; the fuzzer in `test/types` checks it, and the functions here assert it.
 */
import type { Dim } from '../shapes/dim.js'
import type { Node, NodeOf, Op } from './primitives/primitive.js'
import type { NestedTensors } from './shape/vmap.js'
import type { Tensor } from './tensor.js'
import type { AnyDimHandle, DimHandle } from '../shapes/dim-handle.js'
import type { DType } from '../values/value.js'

/** A node as a tensor of type `Tensor<S, D>`. The caller's types must promise the shape that the node has. */
export const typed = <S, D extends DType>(node: Node): Tensor<S, D> =>
  ({ node, shape: node.shape, dtype: node.dtype }) as unknown as Tensor<S, D>

/** A node as a tensor of whatever type the caller declares: `never` is assignable to every type. */
export const erased = (node: Node): never => typed(node) as never

/** Nodes as a tuple of tensors of whatever types the caller declares. */
export const erasedList = (nodes: readonly Node[]): never => nodes.map((node) => typed(node)) as never

/** Tensors in lists, in records or alone, as whatever type the caller declares. */
export const erasedStructure = (tensors: NestedTensors): never => tensors as never

/** A node of one known primitive as a node of the union. TypeScript cannot see that a generic `K` is one of its members. */
export const anyNode = <K extends Op>(node: NodeOf<K>): Node => node as unknown as Node

/** A dim as a handle of type `DimHandle<D>`: `D` is the type-level name that the caller gives it. */
export const dimHandle = <D>(dim: Dim): DimHandle<D> => ({ dim })

/** A record of tensors as a record type `P` with the same names, such as the type of the record it was computed from. */
export const typedRecord = <P>(tensors: Readonly<Record<string, Tensor<unknown, DType>>>): P =>
  tensors as unknown as P

/** Nodes and dims as the argument tuple `Values` of a function. */
export const typedArguments = <Values>(values: readonly (Node | AnyDimHandle)[]): Values =>
  values.map((value) => ('op' in value ? typed(value) : value)) as unknown as Values

/**
 * The state of a gradient transformation, as the type that the transformation declared.
 *
 * This stands for an existential type, which TypeScript lacks: a chain holds transformations whose states have different
 * types, and each state is only ever given back to the transformation that made it.
 */
export const typedState = <State>(state: unknown): State => state as State
