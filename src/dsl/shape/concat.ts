/** Joining shapes along an axis that they have, or along a new one. */
import type { ShapeError } from '../tensor.js'
import type { Tensor } from '../tensor.js'
import type { DType } from '../value.js'
import type { InsertAxis, NoSuchAxis, SplitAtAxis } from './axis.js'
import type { Invariant } from './decide.js'
import type { AddDims } from './dim-arithmetic.js'
import type { Show } from './show.js'

/** The shape of both, or `concat axis 1: [B,77,512] and [B,77,768] differ off that axis`. */
export type Concat<A, B, Axis extends number> =
  SplitAtAxis<A, Axis> extends [infer BeforeA extends unknown[], infer DimA, infer AfterA extends unknown[]]
    ? SplitAtAxis<B, Axis> extends [infer BeforeB, infer DimB, infer AfterB]
      ? Invariant<[BeforeA, AfterA]> extends Invariant<[BeforeB, AfterB]>
        ? [...BeforeA, AddDims<DimA, DimB>, ...AfterA]
        : OffAxis<A, B, BeforeA['length']>
      : OffAxis<A, B, BeforeA['length']>
    : NoSuchAxis<A, Axis>

type OffAxis<
  A,
  B,
  Axis extends number,
> = ShapeError<`concat axis ${Axis}: [${Show<A>}] and [${Show<B>}] differ off that axis`>

/** The shape of a list of tensors joined in order. */
export type ConcatAll<Tensors, Axis extends number> = Tensors extends readonly [
  Tensor<infer First, infer _>,
  ...infer Rest,
]
  ? ConcatOnto<First, Rest, Axis>
  : ShapeError<'concat: needs at least one tensor'>

type ConcatOnto<S, Tensors, Axis extends number> = Tensors extends readonly [
  Tensor<infer Next, infer _>,
  ...infer Rest,
]
  ? Concat<S, Next, Axis> extends infer Joined
    ? Joined extends unknown[]
      ? ConcatOnto<Joined, Rest, Axis>
      : Joined
    : never
  : S

/** The shape of equal shapes joined along a new axis, or `stack: [B,512] and [B,768] differ`. */
export type Stack<Tensors, Axis extends number> = Tensors extends readonly [
  Tensor<infer First extends unknown[], infer _>,
  ...infer Rest,
]
  ? StackOnto<First, Rest, Axis, Tensors['length']>
  : ShapeError<'stack: needs at least one tensor'>

type StackOnto<S extends unknown[], Tensors, Axis extends number, Count> = Tensors extends readonly [
  Tensor<infer Next, infer _>,
  ...infer Rest,
]
  ? Invariant<S> extends Invariant<Next>
    ? StackOnto<S, Rest, Axis, Count>
    : ShapeError<`stack: [${Show<S>}] and [${Show<Next>}] differ`>
  : InsertAxis<S, Axis, Count>

/** The element type that a list of tensors shares, or a sentence. */
export type SharedDType<Tensors> = Tensors extends readonly [Tensor<infer _, infer First>, ...infer Rest]
  ? SharedWith<First, Rest>
  : never

type SharedWith<D extends DType, Tensors> = Tensors extends readonly [
  Tensor<infer _, infer Next>,
  ...infer Rest,
]
  ? Invariant<D> extends Invariant<Next>
    ? SharedWith<D, Rest>
    : ShapeError<`concat: element types ${D} and ${Next} differ; use cast`>
  : D
