/** Shapes after a reduction over one axis, several, or all. */
import type { ShapeError } from '../tensor.js'
import type { DropAxis, SetAxis, SplitAtAxis, NoSuchAxis } from './axis.js'
import type { Show } from './show.js'

/** Every axis. */
export type AllAxes = 'all'

/** What a reduction takes: one axis, several, or all. */
export type Axes = number | readonly number[] | AllAxes

/** The reduced shape; with `Keep` the reduced dims stay as 1. */
export type Reduced<S, A extends Axes, Keep extends boolean> = A extends number
  ? Keep extends true
    ? SetAxis<S, A, 1>
    : DropAxis<S, A>
  : A extends readonly number[]
    ? ReducedOver<S, A, Keep, S, A>
    : Keep extends true
      ? { [Index in keyof S]: 1 }
      : []

/** Marks the axes one after the other, then takes the marked out. */
type ReducedOver<S, A, Keep, Whole, AllOf extends readonly number[]> = A extends readonly [
  infer Head extends number,
  ...infer Tail,
]
  ? SplitAtAxis<S, Head> extends [infer Before extends unknown[], infer At, infer After extends unknown[]]
    ? At extends Marked
      ? ShapeError<`axes [${Show<AllOf>}] of [${Show<Whole>}] name one axis twice`>
      : ReducedOver<[...Before, Marked, ...After], Tail, Keep, Whole, AllOf>
    : NoSuchAxis<Whole, Head>
  : A extends readonly []
    ? TakeMarked<S, Keep>
    : ShapeError<'axes must be a literal list, such as [1, 2]'>

interface Marked {
  readonly marked: true
}

type TakeMarked<S, Keep, Done extends unknown[] = []> = S extends [infer Head, ...infer Tail]
  ? Head extends Marked
    ? TakeMarked<Tail, Keep, Keep extends true ? [...Done, 1] : Done>
    : TakeMarked<Tail, Keep, [...Done, Head]>
  : Done
