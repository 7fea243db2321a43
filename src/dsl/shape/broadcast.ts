/** Numpy broadcasting: shapes are aligned at the end; a dim of 1, or one that is missing, takes the other's size. */
import type { Dim } from '../dim.js'
import type { ShapeError } from '../tensor.js'
import type { Box, Fits } from './decide.js'
import type { Show } from './show.js'

/** Shape of an elementwise operation, or `add: dims 77 and 512 do not broadcast in [B,77,512] and [B,512,77]`. */
export type Broadcast<A, B, Op extends string> = BroadcastFrom<A, B, [], Op, A, B>

/** The same for the leading dims of two operands, in front of dims that are settled. */
export type BroadcastBatch<BatchA, BatchB, Settled extends unknown[], Op extends string> = BroadcastFrom<
  BatchA,
  BatchB,
  Settled,
  Op,
  BatchA,
  BatchB
>

type BroadcastFrom<A, B, Settled extends unknown[], Op extends string, WholeA, WholeB> = B extends [
  ...infer FrontB,
  infer LastB,
]
  ? A extends [...infer FrontA, infer LastA]
    ? Box<LastB> extends Box<LastA | 1>
      ? BroadcastFrom<FrontA, FrontB, [LastA, ...Settled], Op, WholeA, WholeB>
      : Box<LastA> extends Box<LastB | 1>
        ? BroadcastFrom<FrontA, FrontB, [LastB, ...Settled], Op, WholeA, WholeB>
        : ShapeError<`${Op}: dims ${LastA & Dim} and ${LastB & Dim} do not broadcast in [${Show<WholeA>}] and [${Show<WholeB>}]`>
    : B extends unknown[]
      ? [...B, ...Settled]
      : never
  : A extends unknown[]
    ? [...A, ...Settled]
    : never

/** `Fits`, or `broadcastTo: [77,512] to [B,512,77]`: each dim of the operand is 1 or the target's. */
export type BroadcastTo<From, To> = From extends unknown[]
  ? To extends unknown[]
    ? BroadcastToFrom<From, To, From, To>
    : never
  : never

type BroadcastToFrom<A, B, From, To> = A extends [...infer FrontA, infer LastA]
  ? B extends [...infer FrontB, infer LastB]
    ? Box<LastA> extends Box<LastB | 1>
      ? BroadcastToFrom<FrontA, FrontB, From, To>
      : ShapeError<`broadcastTo: [${Show<From>}] to [${Show<To>}]`>
    : ShapeError<`broadcastTo: [${Show<From>}] to [${Show<To>}]`>
  : Fits
