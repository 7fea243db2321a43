/** Joining shapes along an axis. */
import type { Tensor } from '../tensor.js'
import type { ShapeError } from '../../shapes/shape-error.js'
import type { AnyTensor } from '../program.js'
import type { DType } from '../../values/value.js'
import type { NoSuchAxis, SplitAtAxis } from '../../shapes/axis.js'
import type { DimOf } from '../../shapes/dim-argument.js'
import type { Box, Fits, Invariant } from '../../shapes/decide.js'
import type { AddDims } from '../../shapes/arithmetic/dim-arithmetic.js'
import type { Show } from '../../shapes/show.js'

/**
 * The shape of a list of tensors one after the other along an axis, or
 * `concat axis 1: [B,77,512] and [B,77,768] differ off that axis`. They share one element type.
 */
export type Concat<Tensors, Axis extends number> = Tensors extends readonly [
  Tensor<infer First, infer D>,
  ...infer Rest,
]
  ? `${Axis}` extends keyof First
    ? ConcatAt<First, D, Rest, `${Axis}`>
    : SplitAtAxis<First, Axis> extends [infer Before extends unknown[], unknown, unknown]
      ? ConcatAt<First, D, Rest, `${Before['length']}`>
      : ShapeError<NoSuchAxis<First, Axis>>
  : ShapeError<NotAList<Tensors>>

type NotAList<Tensors> = Tensors extends readonly []
  ? 'concat: needs at least one tensor'
  : 'concat: needs a literal list of tensors, such as [a, b, c]'

/** `Index` is the axis, counted from the front, as text. */
type ConcatAt<First, D extends DType, Rest, Index extends string> = Index extends keyof First
  ? Append<First, First[Index], First[Index], D, Rest, Index>
  : never

/**
 * `Size` is the sum of the dims at the axis so far. A further tensor fits if it has the first one's shape once it has its
 * dim at the axis, `FirstSize`.
 */
type Append<First, FirstSize, Size, D extends DType, Rest, Index extends string> = Rest extends readonly []
  ? DimAtIndexSet<First, Index, Size>
  : Rest extends readonly [Tensor<infer Next, infer NextD>, ...infer Others]
    ? Invariant<D> extends Invariant<NextD>
      ? Index extends keyof Next
        ? Box<DimAtIndexSet<Next, Index, FirstSize>> extends Box<First>
          ? Append<First, FirstSize, AddDims<Size, Next[Index]>, D, Others, Index>
          : ShapeError<DifferOffAxis<First, Next, Index>>
        : ShapeError<DifferOffAxis<First, Next, Index>>
      : ShapeError<`concat: element types ${D} and ${NextD} differ; use cast`>
    : ShapeError<NotAList<Rest>>

type DimAtIndexSet<S, Index, D> = { [Place in keyof S]: Place extends Index ? D : S[Place] }

type DifferOffAxis<
  A,
  B,
  Index extends string,
> = `concat axis ${Index}: [${Show<A>}] and [${Show<B>}] differ off that axis`

/**
 * `Fits`, or `stack: [B,512] and [B,768] differ`. The shapes of a list that is made at run time are compared then; the
 * type of such a list does not say its length, so it needs a count.
 */
export type Stackable<Tensors extends readonly unknown[], Count> = Tensors extends readonly [
  Tensor<infer First, infer D>,
  ...infer Rest extends unknown[],
]
  ? AllAre<First, D, Rest> extends ShapeError<infer Sentence>
    ? ShapeError<Sentence>
    : Fits
  : Tensors extends readonly []
    ? ShapeError<'stack: needs at least one tensor'>
    : [Count] extends [undefined]
      ? ShapeError<'stack: a list made at run time needs its length, such as { count: dim(3) }'>
      : Fits

/** `Fits`, or `stack: 2 tensors are not 3`. A count that is known only at run time is compared then. */
export type CountFits<Tensors extends readonly unknown[], Count> = number extends Tensors['length']
  ? Fits
  : Count extends number
    ? Box<Count> extends Box<Tensors['length']>
      ? Fits
      : ShapeError<`stack: ${Tensors['length']} tensors are not ${Count}`>
    : Fits

/** The dim of the new axis of a stack: the count where one is given, else the length of the list. */
export type StackedSize<Tensors extends readonly unknown[], Count> = [Count] extends [undefined]
  ? Tensors['length']
  : DimOf<Count>

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
export type FirstDType<Tensors extends readonly AnyTensor[]> = Tensors[0]['dtype']
