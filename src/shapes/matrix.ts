/** Shapes of batches of square matrices and of their diagonals. */
import type { ShapeError } from './shape-error.js'
import type { Invariant } from './decide.js'
import type { Show } from './show.js'

/** The shape without its last axis, which is as long as the one before it; or `trace: [B,2,3] is not square`. */
export type Diagonal<Operation extends string, S> = S extends readonly [
  ...infer Batch,
  infer Rows,
  infer Columns,
]
  ? Invariant<Rows> extends Invariant<Columns>
    ? [...Batch, Rows]
    : ShapeError<`${Operation}: [${Show<S>}] is not square`>
  : ShapeError<`${Operation}: [${Show<S>}] needs rank >= 2`>

/** The shape without its last two axes, which are equal. */
export type Trace<S> = Diagonal<'trace', S> extends [...infer Batch, unknown] ? Batch : Diagonal<'trace', S>

/** The right side of a linear system of square matrices, or `solve: [B,3,3] times a matrix is never [B,4,1]`. */
export type RightSide<Operation extends string, A, B> =
  Diagonal<Operation, A> extends readonly [...infer Batch, infer N]
    ? B extends readonly [...infer Rows, infer _Columns]
      ? Invariant<Rows> extends Invariant<[...Batch, N]>
        ? B
        : ShapeError<`${Operation}: [${Show<A>}] times a matrix is never [${Show<B>}]`>
      : ShapeError<`${Operation}: [${Show<A>}] times a matrix is never [${Show<B>}]`>
    : Diagonal<Operation, A>
