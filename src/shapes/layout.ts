/** Shapes after transpose, squeeze, slice, select, split and pad. */
import type { ShapeError } from './shape-error.js'
import type { DimAt, InsertAxis, NoSuchAxis, SetAxis, SplitAtAxis } from './axis.js'
import type { Box, Fits, IsNumber } from './decide.js'
import type { LiteralDim } from './dim-argument.js'
import type { SubtractDigits } from './arithmetic/digits.js'
import type { AddDims, DivideDims } from './arithmetic/dim-arithmetic.js'
import type { NameOf, Show } from './show.js'

/** Axis i of the result is axis `Permutation[i]` of the operand; each axis is named once. */
export type Transpose<S extends unknown[], Permutation extends readonly number[]> =
  Box<Permutation['length']> extends Box<S['length']>
    ? [Exclude<keyof S & `${number}`, `${Permutation[number]}`>] extends [never]
      ? Permuted<S, Permutation>
      : ShapeError<NotAPermutation<S, Permutation>>
    : ShapeError<NotAPermutation<S, Permutation>>

type Permuted<S extends unknown[], Permutation, Done extends unknown[] = []> = Permutation extends readonly [
  infer Head extends number,
  ...infer Tail,
]
  ? Permuted<S, Tail, [...Done, S[Head]]>
  : Done

type NotAPermutation<S, Permutation> =
  `transpose: [${Show<Permutation>}] is not a permutation of the axes of [${Show<S>}]`

/** The shape with the dims at two axes exchanged. */
export type SwapAxes<S, I extends number, J extends number> = SetAxis<
  SetAxis<S, I, DimAt<S, J>>,
  J,
  DimAt<S, I>
>

/** The shape with the dim at an axis moved to another place. */
export type MoveAxis<S, From extends number, To extends number> =
  SplitAtAxis<S, From> extends [infer Before extends unknown[], infer At, infer After extends unknown[]]
    ? InsertAxis<[...Before, ...After], To, At>
    : ShapeError<NoSuchAxis<S, From>>

/** The shape without a dim of 1, or `squeeze: axis 1 of [B,77] is 77, not 1`. */
export type Squeeze<S, Axis extends number> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer At, infer After extends unknown[]]
    ? Box<At> extends Box<1>
      ? [...Before, ...After]
      : ShapeError<`squeeze: axis ${Axis} of [${Show<S>}] is ${NameOf<At>}, not 1`>
    : ShapeError<NoSuchAxis<S, Axis>>

/** `Fits` for a position in an axis: a literal, a handle, or a number that is known only at run time. */
export type Position<D> = number extends D ? Fits : LiteralDim<D>

/**
 * `Fits`, or `slice: positions 2 to 9 are not in axis 1 of [B,8]`: where size, start and length are known, they must
 * fit.
 */
export type Slice<S, Axis extends number, Start, Length, Kind = 'number'> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer Size, unknown]
    ? [IsNumber<Start, Kind>, IsNumber<Length, Kind>] extends [true, true]
      ? number extends Start | Length
        ? Fits
        : Leaves<Size, AddDims<Start, Length>, Kind> extends true
          ? ShapeError<`slice: positions ${NameOf<Start>} to ${NameOf<AddDims<Start, Length>>} are not in axis ${Before['length']} of [${Show<S>}]`>
          : Fits
      : Fits
    : Fits

/** Whether a known size is known to be less than an end. */
type Leaves<Size, End, Kind> =
  IsNumber<Size, Kind> extends true
    ? SubtractDigits<`${Size & number}`, `${End & number}`> extends 'negative'
      ? true
      : false
    : false

/** `Fits`, or `select: index 8 is not in axis 1 of [B,8]`. */
export type Select<S, Axis extends number, Index extends number, Kind = 'number'> = number extends Index
  ? Fits
  : SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer Size, unknown]
    ? Beyond<Size, Index, Kind> extends true
      ? ShapeError<`select: index ${Index} is not in axis ${Before['length']} of [${Show<S>}]`>
      : Fits
    : Fits

type Beyond<Size, Index extends number, Kind> = `${Index}` extends `-${string}` | `${string}.${string}`
  ? true
  : Leaves<Size, AddDims<Index, 1>, Kind>

/** The shape of each of `Parts` equal parts, or `split: 7 is not divisible by 3`. */
export type Split<S, Axis extends number, Parts extends number> =
  LiteralDim<Parts> extends Fits ? EqualParts<S, Axis, Parts> : LiteralDim<Parts>

type EqualParts<S, Axis extends number, Parts extends number> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer Size, infer After extends unknown[]]
    ? DivideDims<Size, Parts> extends infer Length
      ? Length extends ShapeError<infer Sentence extends string>
        ? ShapeError<`split: ${Sentence}`>
        : [...Before, Length, ...After]
      : never
    : ShapeError<NoSuchAxis<S, Axis>>

/** The shape with `Before` and `After` further positions on an axis. */
export type Pad<S, Axis extends number, Before, After> =
  SplitAtAxis<S, Axis> extends [infer Front extends unknown[], infer Size, infer Back extends unknown[]]
    ? [...Front, AddDims<AddDims<Before, Size>, After>, ...Back]
    : ShapeError<NoSuchAxis<S, Axis>>
