/** Joining shapes along an axis. */
import type { ShapeError, Tensor } from '../tensor.js'
import type { DType } from '../values/value.js'
import type { DropAxis, NoSuchAxis, SplitAtAxis } from './axis.js'
import type { Box, Fits, Invariant } from './decide.js'
import type { AddDims } from './dim-arithmetic.js'
import type { Show } from './show.js'

/** The shape of both, or `concat axis 1: [B,77,512] and [B,77,768] differ off that axis`. */
export type Concat<A, B, Axis extends number> = `${Axis}` extends keyof A
  ? ConcatAt<A, B, `${Axis}`>
  : SplitAtAxis<A, Axis> extends [infer Before extends unknown[], unknown, unknown]
    ? ConcatAt<A, B, `${Before['length']}`>
    : ShapeError<NoSuchAxis<A, Axis>>

/** `Index` is the axis, counted from the front, as text. */
type ConcatAt<A, B, Index extends string> = Index extends keyof A & keyof B
  ? Box<DimAtIndexSet<B, Index, 0>> extends Box<DimAtIndexSet<A, Index, 0>>
    ? DimAtIndexSet<A, Index, AddDims<A[Index], B[Index]>>
    : ShapeError<DifferOffAxis<A, B, Index>>
  : ShapeError<DifferOffAxis<A, B, Index>>

type DimAtIndexSet<S, Index, D> = { [Place in keyof S]: Place extends Index ? D : S[Place] }

type DifferOffAxis<
  A,
  B,
  Index extends string,
> = `concat axis ${Index}: [${Show<A>}] and [${Show<B>}] differ off that axis`

/** The shape of a list of tensors joined in order; they share one element type. */
export type ConcatAll<Tensors, Axis extends number> = Tensors extends readonly [
  Tensor<infer First, infer D>,
  ...infer Rest,
]
  ? ConcatOnto<First, First, D, Rest, Axis>
  : ShapeError<'concat: needs at least one tensor'>

/** `Joined` is the shape so far; each further tensor is compared with the first. */
type ConcatOnto<First, Joined, D extends DType, Tensors, Axis extends number> = Tensors extends readonly [
  Tensor<infer Next, infer NextD>,
  ...infer Rest,
]
  ? Invariant<D> extends Invariant<NextD>
    ? Concat<First, Next, Axis> extends ShapeError<infer Sentence>
      ? ShapeError<Sentence>
      : ConcatOnto<First, Concat<Joined, Next, Axis>, D, Rest, Axis>
    : ShapeError<`concat: element types ${D} and ${NextD} differ; use cast`>
  : Tensors extends readonly []
    ? DropAxis<Joined, Axis> extends ShapeError<infer Sentence>
      ? ShapeError<Sentence>
      : Joined
    : ShapeError<'concat: needs a literal list of tensors, such as [a, b, c]'>

/** `Fits`, or `stack: [B,512] and [B,768] differ`. A list made at run time, or a count known only then, is compared then. */
export type Stackable<Tensors, Count> = Tensors extends readonly [
  Tensor<infer First, infer D>,
  ...infer Rest extends unknown[],
]
  ? AllAre<First, D, Rest> extends ShapeError<infer Sentence>
    ? ShapeError<Sentence>
    : Count extends number
      ? Box<Count> extends Box<[unknown, ...Rest]['length']>
        ? Fits
        : ShapeError<`stack: ${[unknown, ...Rest]['length']} tensors are not ${Count}`>
      : Fits
  : Tensors extends readonly []
    ? ShapeError<'stack: needs at least one tensor'>
    : Fits

type AllAre<First, D extends DType, Tensors> = Tensors extends readonly [
  Tensor<infer Next, infer NextD>,
  ...infer Rest,
]
  ? Invariant<First> extends Invariant<Next>
    ? Invariant<D> extends Invariant<NextD>
      ? AllAre<First, D, Rest>
      : ShapeError<`stack: element types ${D} and ${NextD} differ; use cast`>
    : ShapeError<`stack: [${Show<First>}] and [${Show<Next>}] differ`>
  : Fits

/** The shape of the first of a list of tensors. */
export type FirstShape<Tensors> = Tensors extends readonly [
  Tensor<infer S extends unknown[], infer _>,
  ...unknown[],
]
  ? S
  : Tensors extends readonly Tensor<infer S extends unknown[], infer _>[]
    ? S
    : []

/** The element type of the first of a list of tensors. */
export type FirstDType<Tensors> = Tensors extends readonly [Tensor<infer _, infer D>, ...unknown[]]
  ? D
  : Tensors extends readonly Tensor<infer _, infer D>[]
    ? D
    : DType
