/** Shapes at an axis. Axes count from the front, 0, 1, ..., or from the end, -1, -2, ... */
import type { ShapeError } from './shape-error.js'
import type { Box, Fits } from './decide.js'
import type { Show } from './show.js'

/**
 * `[before, dim, after]` of the dim at an axis, or null where there is no such axis. An axis that is only `number` is
 * answered at once: the compiler asks that while it does not know the argument yet.
 */
export type SplitAtAxis<S, Axis extends number> = number extends Axis
  ? null
  : `${Axis}` extends `-${infer Place extends number}`
    ? FromTheEnd<S, Place>
    : FromTheFront<S, Axis>

/** Compared inside `Box`, so that the first axes of a generic `[D, ...S]` are found, and the last of `[...S, D]`. */
type FromTheFront<S, Axis, Before extends unknown[] = []> =
  Box<S> extends Box<[infer Head, ...infer Tail]>
    ? Box<Axis> extends Box<Before['length']>
      ? [Before, Head, Tail]
      : FromTheFront<Tail, Axis, [...Before, Head]>
    : IfEmpty<S, null>

type FromTheEnd<S, Place, After extends unknown[] = []> =
  Box<S> extends Box<[...infer Front, infer Last]>
    ? Box<Place> extends Box<[Last, ...After]['length']>
      ? [Front, Last, After]
      : FromTheEnd<Front, Place, [Last, ...After]>
    : IfEmpty<S, null>

/** The answer for a list without an axis. Left open for what may have one, such as the front of `[...S, D]`: it would be false. */
type IfEmpty<S, Answer> = S extends [unknown, ...unknown[]] ? never : Answer

/** The sentence of an axis that is not there. */
export type NoSuchAxis<S, Axis extends number> = number extends Axis
  ? 'an axis must be a literal number'
  : `axis ${Axis} is not in [${Show<S>}]`

/** `Fits`, or `axis 3 is not in [B,77,512]`. */
export type HasAxis<S, Axis extends number> =
  SplitAtAxis<S, Axis> extends readonly unknown[] ? Fits : ShapeError<NoSuchAxis<S, Axis>>

/** The dim at an axis. */
export type DimAt<S, Axis extends number> =
  SplitAtAxis<S, Axis> extends [unknown, infer At, unknown] ? At : ShapeError<NoSuchAxis<S, Axis>>

/** The shape without an axis. */
export type DropAxis<S, Axis extends number> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], unknown, infer After extends unknown[]]
    ? [...Before, ...After]
    : ShapeError<NoSuchAxis<S, Axis>>

/** The shape with another dim at an axis. */
export type SetAxis<S, Axis extends number, D> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], unknown, infer After extends unknown[]]
    ? [...Before, D, ...After]
    : ShapeError<NoSuchAxis<S, Axis>>

/** The shape with other dims in place of one. */
export type ReplaceAxis<S, Axis extends number, Dims extends unknown[]> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], unknown, infer After extends unknown[]]
    ? [...Before, ...Dims, ...After]
    : ShapeError<NoSuchAxis<S, Axis>>

/** The shape with a new axis, which the result has at `Axis`: -1 is after the last. */
export type InsertAxis<
  S extends unknown[],
  Axis extends number,
  D,
> = `${Axis}` extends `-${infer Place extends number}`
  ? InsertFromTheEnd<S, Place, D, S, Axis>
  : InsertFromTheFront<S, Axis, D, S>

type InsertFromTheFront<S extends unknown[], Axis extends number, D, Whole, Before extends unknown[] = []> =
  Box<Axis> extends Box<Before['length']>
    ? [...Before, D, ...S]
    : Box<S> extends Box<[infer Head, ...infer Tail]>
      ? InsertFromTheFront<Tail, Axis, D, Whole, [...Before, Head]>
      : IfEmpty<S, ShapeError<NoSuchAxis<Whole, Axis>>>

type InsertFromTheEnd<
  S extends unknown[],
  Place,
  D,
  Whole,
  Axis extends number,
  After extends unknown[] = [],
> =
  Box<Place> extends Box<[unknown, ...After]['length']>
    ? [...S, D, ...After]
    : Box<S> extends Box<[...infer Front extends unknown[], infer Last]>
      ? InsertFromTheEnd<Front, Place, D, Whole, Axis, [Last, ...After]>
      : IfEmpty<S, ShapeError<NoSuchAxis<Whole, Axis>>>
