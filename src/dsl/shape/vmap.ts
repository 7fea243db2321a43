/** Shapes of a function of one example, and of the same function of many. */
import type { AnyTensor } from '../program.js'
import type { Tensor } from '../tensor.js'
import type { ShapeError } from '../../shapes/shape-error.js'
import type { Invariant } from '../../shapes/decide.js'
import type { NameOf, Show } from '../../shapes/show.js'

/** What a function of tensors gives: a tensor, or tensors in a list or under names, at any depth. */
export type NestedTensors = AnyTensor | readonly NestedTensors[] | { readonly [name: string]: NestedTensors }

/** One example of each argument: the arguments without their first axis. */
export type Examples<Arguments> = { [I in keyof Arguments]: Example<Arguments[I]> }

type Example<X> =
  X extends Tensor<[infer _N, ...infer S extends readonly unknown[]], infer D> ? Tensor<S, D> : never

/** The number of examples: the first dim of the first argument. */
export type ExampleCount<Arguments> = Arguments extends readonly [
  Tensor<[infer N, ...infer _S extends readonly unknown[]], infer _>,
  ...unknown[],
]
  ? N
  : never

/** The results of all examples: every tensor has their number as a new first dim. */
export type StackedExamples<Result, N> = NestedTensors extends Result
  ? Result
  : Result extends Tensor<infer S extends readonly unknown[], infer D>
    ? Tensor<[N, ...S], D>
    : { readonly [Name in keyof Result]: StackedExamples<Result[Name], N> }

/** `unknown` for an argument with `N` examples, else `vmap: the arguments hold B and 8 examples`. */
export type HoldsExamples<X, N> =
  X extends Tensor<[infer M, ...infer _S extends readonly unknown[]], infer _>
    ? Invariant<M> extends Invariant<N>
      ? unknown
      : ShapeError<`vmap: the arguments hold ${NameOf<N>} and ${NameOf<M>} examples`>
    : X extends Tensor<infer S, infer _>
      ? ShapeError<`vmap: an argument [${Show<S>}] has no axis of examples`>
      : unknown
