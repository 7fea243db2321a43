/**
 * The one place where types are erased, on purpose. A graph is stored untyped; its typed surface computes the
 * shape of a result twice, in the compiler by `shape/` and at run time by `shape-rules.ts`. That the two agree
 * is held by the fuzzer in `test/types`, not by the compiler, so here, and nowhere else, it is asserted.
 */
import type { Dim } from './dim.js'
import type { Node, NodeOf, Op } from './primitives/primitive.js'
import type { AnyDimHandle, DimHandle, Tensor } from './tensor.js'
import type { DType } from './values/value.js'

/** A node as a tensor of the shape that the caller's types promise. */
export const typed = <S, D extends DType>(node: Node): Tensor<S, D> =>
  ({ node, shape: node.shape, dtype: node.dtype }) as unknown as Tensor<S, D>

/** The same where the promised type is written at the caller: `never` is assignable to every tensor. */
export const erased = (node: Node): never => typed(node) as never

/** A list of nodes where a tuple of tensors is promised. */
export const erasedList = (nodes: readonly Node[]): never => nodes.map((node) => typed(node)) as never

/** A node of one primitive as a node of any. */
export const anyNode = <K extends Op>(node: NodeOf<K>): Node => node as unknown as Node

/** A run-time dim as the dim that the caller's types promise. */
export const dimHandle = <D>(dim: Dim): DimHandle<D> => ({ dim })

/** Tensors under the names and of the types of another record. */
export const typedRecord = <P>(tensors: Readonly<Record<string, Tensor<unknown, DType>>>): P =>
  tensors as unknown as P

/** Nodes and dims as the arguments of a function, of the types that its parameters promise. */
export const typedArguments = <Values>(values: readonly (Node | AnyDimHandle)[]): Values =>
  values.map((value) => ('op' in value ? typed(value) : value)) as unknown as Values

/**
 * An optimizer's state that others kept for it, as of the type that it made it with. A chain holds transformations with
 * states of different types, and TypeScript has no type for "some state, known to its owner alone".
 */
export const typedState = <State>(state: unknown): State => state as State
