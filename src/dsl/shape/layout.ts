/** Shapes after transpose, squeeze, slice, split and pad. */
import type { Dim } from '../dim.js'
import type { ShapeError } from '../tensor.js'
import type { NoSuchAxis, SetAxis, SplitAtAxis } from './axis.js'
import type { Box, Fits, Invariant } from './decide.js'
import type { AddDigits, SubtractDigits } from './digits.js'
import type { AddDims } from './dim-arithmetic.js'
import type { Show } from './show.js'

/** Axis i of the result is axis `Permutation[i]` of the operand; each axis is to be there once. */
export type Transpose<S extends unknown[], Permutation extends readonly number[]> =
  Box<Permutation['length']> extends Box<S['length']>
    ? [Exclude<keyof S & `${number}`, `${Permutation[number]}`>] extends [never]
      ? Permuted<S, Permutation>
      : NotAPermutation<S, Permutation>
    : NotAPermutation<S, Permutation>

type Permuted<S extends unknown[], Permutation, Done extends unknown[] = []> = Permutation extends readonly [
  infer Head extends number,
  ...infer Tail,
]
  ? Permuted<S, Tail, [...Done, S[Head]]>
  : Done

type NotAPermutation<S, Permutation> =
  ShapeError<`transpose: [${Show<Permutation>}] is not a permutation of the axes of [${Show<S>}]`>

/** The shape without a dim of 1, or `squeeze: axis 1 of [B,77] is 77, not 1`. */
export type Squeeze<S, Axis extends number> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer At, infer After extends unknown[]]
    ? Box<At> extends Box<1>
      ? [...Before, ...After]
      : ShapeError<`squeeze: axis ${Axis} of [${Show<S>}] is ${At & Dim}, not 1`>
    : NoSuchAxis<S, Axis>

/** `Length` positions from `Start`; where all three are known they must lie inside the axis. */
export type Slice<S, Axis extends number, Start extends number, Length> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer At, infer After extends unknown[]]
    ? `${Start}` extends `-${string}`
      ? ShapeError<`dim '${Start}' is neither a size nor a symbol`>
      : Inside<At, Start, Length> extends false
        ? ShapeError<`slice: positions ${Start} to ${AddDims<Start, Length> & Dim} are not in axis ${Before['length']} of [${Show<S>}]`>
        : [...Before, Length, ...After]
    : NoSuchAxis<S, Axis>

/** false where a known length from a known start is known to leave a known size. */
type Inside<Size, Start extends number, Length> = Size extends number
  ? Length extends number
    ? number extends Start
      ? true
      : SubtractDigits<`${Size}`, AddDigits<`${Start}`, `${Length}`>> extends 'negative'
        ? false
        : true
    : true
  : true

/** `Fits`, or `split: parts of 3+4 do not fill axis 1 of [B,8]`. */
export type Split<S, Axis extends number, Lengths extends readonly unknown[]> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer At, unknown]
    ? Invariant<SumOfDims<Lengths>> extends Invariant<At>
      ? Fits
      : ShapeError<`split: parts [${Show<Lengths>}] do not fill axis ${Before['length']} of [${Show<S>}]`>
    : NoSuchAxis<S, Axis>

type SumOfDims<Dims, Total = 0> = Dims extends readonly [infer Head, ...infer Tail]
  ? SumOfDims<Tail, AddDims<Total, Head>>
  : Total

/** The shape with `Before` and `After` further positions on an axis. */
export type Pad<S, Axis extends number, Before, After> =
  SplitAtAxis<S, Axis> extends [unknown, infer At, unknown]
    ? SetAxis<S, Axis, AddDims<AddDims<Before, At>, After>>
    : NoSuchAxis<S, Axis>
