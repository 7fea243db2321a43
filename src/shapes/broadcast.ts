/** Numpy broadcasting: shapes are aligned at the end; a dim of 1, or one that is missing, takes the other's size. */
import type { ShapeError } from './shape-error.js'
import type { Box, Fits, Identical } from './decide.js'
import type { NameOf, Show } from './show.js'

/** Shape of an elementwise operation, or `dims 77 and 512 do not broadcast in [B,77,512] and [B,512,77]`. */
export type Broadcast<A, B> = FromTheEnd<A, B, [], A, B>

type FromTheEnd<A, B, Settled extends unknown[], WholeA, WholeB> = B extends [...infer FrontB, infer LastB]
  ? A extends [...infer FrontA, infer LastA]
    ? Box<LastB> extends Box<LastA | 1>
      ? FromTheEnd<FrontA, FrontB, [LastA, ...Settled], WholeA, WholeB>
      : Box<LastA> extends Box<1>
        ? FromTheEnd<FrontA, FrontB, [LastB, ...Settled], WholeA, WholeB>
        : ShapeError<DoNotBroadcast<LastA, LastB, WholeA, WholeB>>
    : B extends unknown[]
      ? [...B, ...Settled]
      : never
  : A extends unknown[]
    ? [...A, ...Settled]
    : never

/**
 * The same where dims are type variables: `[1, K]` and `[B, 1]` give `[B, K]`. `Broadcast` cannot decide whether K
 * is 1; here a variable is what it is written as. Dearer, so it is asked only where `Broadcast` has no answer.
 */
export type BroadcastVariables<A, B> = BroadcastBatch<A, B, []>

/** Broadcasting of the leading dims of two operands, in front of dims that are settled. */
export type BroadcastBatch<A, B, Settled extends unknown[]> = AsWritten<A, B, Settled, A, B>

/** `One` is a constant that has to be a parameter: see `Identical`. */
type AsWritten<A, B, Settled extends unknown[], WholeA, WholeB, One = 1> = B extends [
  ...infer FrontB,
  infer LastB,
]
  ? A extends [...infer FrontA, infer LastA]
    ? Identical<LastA, LastB> extends true
      ? AsWritten<FrontA, FrontB, [LastA, ...Settled], WholeA, WholeB>
      : Identical<LastB, One> extends true
        ? AsWritten<FrontA, FrontB, [LastA, ...Settled], WholeA, WholeB>
        : Identical<LastA, One> extends true
          ? AsWritten<FrontA, FrontB, [LastB, ...Settled], WholeA, WholeB>
          : ShapeError<DoNotBroadcast<LastA, LastB, WholeA, WholeB>>
    : B extends unknown[]
      ? [...B, ...Settled]
      : never
  : A extends unknown[]
    ? [...A, ...Settled]
    : never

type DoNotBroadcast<DimA, DimB, A, B> =
  `dims ${NameOf<DimA>} and ${NameOf<DimB>} do not broadcast in [${Show<A>}] and [${Show<B>}]`

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

/** The outcome of a rule that holds, also where the shape is a type variable. */
interface Result<S> {
  readonly result: S
}

/** Result of `where(condition, a, b)`: of a and b first, then with the condition. */
type Where<Condition, A, B> =
  BroadcastAny<A, B> extends Result<infer Values> ? BroadcastAny<Values, Condition> : BroadcastAny<A, B>

/** Broadcasting that knows at once what equal shapes and scalars give, even where they are type variables. */
type BroadcastAny<A, B, Scalar = []> =
  Identical<A, B> extends true
    ? Result<A>
    : Identical<A, Scalar> extends true
      ? Result<B>
      : Identical<B, Scalar> extends true
        ? Result<A>
        : AsResult<BroadcastVariables<A, B>>

type AsResult<Verdict> = Verdict extends unknown[] ? Result<Verdict> : Verdict

/** The condition's type `T` where the rule holds, else the sentence. */
export type WhereArgument<Condition, A, B, T> =
  Where<Condition, A, B> extends Result<unknown> ? T : Where<Condition, A, B>

/** The shape of the result. */
export type WhereShape<Condition, A, B> =
  Where<Condition, A, B> extends Result<infer S> ? S : Where<Condition, A, B>
