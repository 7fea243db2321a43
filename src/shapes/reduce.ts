/** Shapes after a reduction over one axis, several, or all. */
import type { ShapeError } from './shape-error.js'
import type { DropAxis, HasAxis, NoSuchAxis, SetAxis, SplitAtAxis } from './axis.js'
import type { Fits } from './decide.js'
import type { Show } from './show.js'

/** Every axis. */
type AllAxes = 'all'

/** What a reduction takes: one axis, several, or all. */
export type Axes = number | readonly number[] | AllAxes

/** The reduced shape; with `Keep` the reduced dims stay as 1. */
export type Reduced<S, A extends Axes, Keep extends boolean> = A extends number
  ? Keep extends true
    ? SetAxis<S, A, 1>
    : DropAxis<S, A>
  : A extends readonly number[]
    ? ReducedOver<S, A, Keep>
    : Keep extends true
      ? { [Index in keyof S]: 1 }
      : []

/** `Fits`, or what is wrong with the axes. */
export type Reducible<S, A extends Axes> = A extends number
  ? HasAxis<S, A>
  : A extends readonly number[]
    ? Positions<S, A, A>
    : Fits

type ReducedOver<S, A extends readonly number[], Keep> =
  Positions<S, A, A> extends [infer Taken] ? WithoutPositions<S, Taken, Keep> : Positions<S, A, A>

/** The union of the axes, counted from the front, in a list; or what is wrong with them. */
type Positions<S, A, AllOf, Seen = never> = A extends readonly [infer Head extends number, ...infer Tail]
  ? SplitAtAxis<S, Head> extends [infer Before extends unknown[], unknown, unknown]
    ? Before['length'] extends Seen
      ? ShapeError<`axes [${Show<AllOf>}] of [${Show<S>}] name one axis twice`>
      : Positions<S, Tail, AllOf, Seen | Before['length']>
    : ShapeError<NoSuchAxis<S, Head>>
  : A extends readonly []
    ? [Seen]
    : ShapeError<'axes must be a literal list, such as [1, 2]'>

type WithoutPositions<
  S,
  Taken,
  Keep,
  Done extends unknown[] = [],
  Passed extends unknown[] = [],
> = S extends [infer Head, ...infer Tail]
  ? WithoutPositions<
      Tail,
      Taken,
      Keep,
      Passed['length'] extends Taken ? (Keep extends true ? [...Done, 1] : Done) : [...Done, Head],
      [...Passed, unknown]
    >
  : Done
