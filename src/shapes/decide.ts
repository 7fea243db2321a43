/**
 * How a shape rule decides, and how its verdict becomes the type of a parameter.
 *
 * Shapes are matched with bare conditionals: the compiler defers those until the shape is known. Dims are compared
 * inside `Box` or `Invariant`: the compiler decides such a comparison as soon as it is certain, so generic dims
 * compose, and one that it cannot decide stays an error.
 */

import type { ShapeError } from './shape-error.js'

/** `Box<A> extends Box<B>`: is every value of A a value of B? Decided as soon as the answer is certain. */
export interface Box<T> {
  readonly boxed: T
}

/** `Invariant<A> extends Invariant<B>`: are A and B the same type? Decided as soon as the answer is certain. */
export interface Invariant<in out T> {
  readonly invariant: T
}

/**
 * Whether two types are identical, decided at once even for a type variable: it is identical to itself and to nothing
 * else, not even to a dim that it may stand for. (The compiler compares the types after `extends` in two deferred
 * conditionals for identity.)
 *
 * TypeScript decides a conditional in which no type parameter occurs where the type is declared, not where it is used.
 * So a type that compares with a constant, `Identical<D, 0>`, takes that constant as a parameter with a default:
 * `type IsEmpty<D, Zero = 0> = Identical<D, Zero>`.
 */
export type Identical<A, B> =
  (<T>() => T extends Box<A> ? 1 : 2) extends <T>() => T extends Box<B> ? 1 : 2 ? true : false

/**
 * Whether a dim is known to be a number. The answer is no for a symbol, and at once no for a type variable: the compiler
 * finds that even the most general dim would be a symbol, so the comparison cannot hold.
 *
 * Never state `Kind`. It is the constant 'number' as a parameter, for the reason given at `Identical`; each type that asks
 * `IsNumber` has the same parameter and passes it on.
 */
export type IsNumber<D, Kind = 'number'> = Box<KindOf<D>> extends Box<Kind> ? true : false

type KindOf<D> = Box<D> extends Box<string> ? 'symbol' : 'number'

/**
 * What the compiler may know: a dim as a number or symbol, a shape as a list of axes. Each type that asks `IsKnown` or
 * `HasAxes` has this as a parameter with this default and passes it on, for the reason given at `Identical`.
 */
export type Knowledge = 'number' | 'symbol' | 'axes'

/**
 * Whether a dim is a number or a symbol. The answer is no at once for a type variable and for what is computed from one:
 * the compiler finds that the most general dim would be unknown.
 */
export type IsKnown<D, Known> = Box<Certainty<D>> extends Box<Known> ? true : false

type Certainty<D> = Box<number> extends Box<D> ? 'unknown' : Box<D> extends Box<number> ? 'number' : 'symbol'

/** Whether a shape is a list of so many axes; no at once for a type variable, and for `[...Batch, 64]`. */
export type HasAxes<S, Known> = Box<AxesOf<S>> extends Box<Known> ? true : false

type AxesOf<S> = Box<number> extends Box<CountOf<S>> ? 'unknown' : 'axes'
type CountOf<S> = S extends { readonly length: infer Count } ? Count : never

/**
 * What the compiler shows of a rule that it cannot decide, because a type variable stands for a size or a shape: it prints
 * the rule with its arguments, and this sentence is one of them. Never stated; it is there to be read.
 */
export type NotDecided =
  'not known here: a type variable stands for a size or a shape; write it out, or use one variable for both'

/** The verdict of a rule that only checks: all is well. */
export type Fits = []

/**
 * The type of a tensor argument: `T` where the rule gives a shape (or `Fits`), else the rule's sentence. The error
 * sits in the parameter, because a result of type never would be assignable to anything.
 */
export type Argument<Verdict, T, _Message = NotDecided> = Verdict extends readonly unknown[]
  ? T
  : SentenceOf<Verdict>

/** The verdict on two operands of one element type, else `element types f32 and i32 differ; use cast`. */
export type OfOneType<D extends string, E extends string, Verdict> =
  Invariant<D> extends Invariant<E> ? Verdict : ShapeError<`element types ${D} and ${E} differ; use cast`>

/**
 * A verdict that is a sentence. Taken apart and put together again, so that the compiler, which looks for type arguments
 * in every outcome of a parameter's type, does not look through the whole rule.
 */
type SentenceOf<Verdict> = Verdict extends ShapeError<infer Sentence> ? ShapeError<Sentence> : never

/**
 * For the parameter of a literal argument (an axis, a shape, a spec): `axis: I & Literal<Verdict>`. The compiler still
 * infers `I` from the argument, and the intersection rejects it with the rule's sentence.
 */
export type Literal<Verdict, _Message = NotDecided> = Verdict extends readonly unknown[]
  ? unknown
  : SentenceOf<Verdict>

/**
 * The same where two rules judge one literal: the second speaks only where the first holds. (Two sentences
 * intersected are `never`, and the compiler would show neither.)
 */
export type LiteralOfBoth<First, Second> = First extends readonly unknown[]
  ? Literal<Second>
  : SentenceOf<First>
