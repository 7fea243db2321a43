/** Shapes of tensors whose elements are there several times. */
import type { ShapeError } from './shape-error.js'
import type { NoSuchAxis, SplitAtAxis } from './axis.js'
import type { Box, Fits } from './decide.js'
import type { LiteralDims } from './dim-argument.js'
import type { MultiplyDims } from './arithmetic/dim-arithmetic.js'
import type { Show } from './show.js'

/** The shape with an axis that is `Times` as long. */
export type Repeat<S, Axis extends number, Times extends number> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer Size, infer After extends unknown[]]
    ? [...Before, MultiplyDims<Times, Size>, ...After]
    : ShapeError<NoSuchAxis<S, Axis>>

/** `Fits`, or `tile: [2,3] are counts of 2 axes, [B,3,4] has 3`. */
export type TileFits<S extends unknown[], Counts extends number[]> =
  LiteralDims<Counts> extends Fits
    ? Box<Counts['length']> extends Box<S['length']>
      ? Fits
      : ShapeError<`tile: [${Show<Counts>}] are counts of ${Counts['length']} axes, [${Show<S>}] has ${S['length']}`>
    : LiteralDims<Counts>

/** The shape with each axis as many times as long as its count says. */
export type Tile<S extends unknown[], Counts extends number[]> = {
  [Axis in keyof S]: Axis extends keyof Counts ? MultiplyDims<Counts[Axis], S[Axis]> : S[Axis]
}
