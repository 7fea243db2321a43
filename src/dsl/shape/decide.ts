/**
 * How a rule decides, and how its verdict reaches the parameter of a function.
 *
 * Shapes are matched with bare conditionals: the compiler defers those until the shape is known. Dims are compared
 * inside `Box` or `Invariant`: the compiler decides such a comparison as soon as it is certain, so generic dims
 * compose, and one that it cannot decide stays an error.
 */

import type { ShapeError } from '../tensor.js'

/** Comparing boxes asks: is every value of one a value of the other? Decided as soon as it is certain. */
export interface Box<T> {
  readonly boxed: T
}

/** Comparing these asks: are the two types the same? Decided as soon as it is certain. */
export interface Invariant<in out T> {
  readonly invariant: T
}

/**
 * Whether two types are written the same. Decided at once even for a type variable: it is identical to itself and
 * to nothing else, not to a dim that it may stand for either. (The compiler compares the types in the `extends` of
 * two deferred conditionals for identity.) Both operands are to be parameters of the type that asks, or it would be
 * decided once and for all where that type is declared.
 */
export type Identical<A, B> =
  (<T>() => T extends Box<A> ? 1 : 2) extends <T>() => T extends Box<B> ? 1 : 2 ? true : false

/**
 * Whether a dim is known to be a number: not so for a symbol, and not for a type variable, where the answer is no at
 * once. (The compiler first asks whether a comparison could hold if its variables were anything at all; as the kind of
 * that would be a symbol, it could not.) `Kind` is to be a parameter of the type that asks, and of those that use it,
 * or they would be decided once and for all where they are declared.
 */
export type IsNumber<D, Kind = 'number'> = Box<KindOf<D>> extends Box<Kind> ? true : false

type KindOf<D> = Box<D> extends Box<string> ? 'symbol' : 'number'

/** The verdict of a rule that only checks: all is well. */
export type Fits = []

/**
 * The type of a tensor argument: `T` where the rule gives a shape (or `Fits`), else the rule's sentence. The error
 * sits in the parameter, because a result of type never would be assignable to anything.
 */
export type Argument<Verdict, T> = Verdict extends readonly unknown[] ? T : SentenceOf<Verdict>

/** The verdict on two operands of one element type, else `element types f32 and i32 differ; use cast`. */
export type OfOneType<D extends string, E extends string, Verdict> =
  Invariant<D> extends Invariant<E> ? Verdict : ShapeError<`element types ${D} and ${E} differ; use cast`>

/**
 * A verdict that is a sentence. Taken apart and put together again, so that the compiler, which looks for type arguments
 * in every outcome of a parameter's type, does not look through the whole rule.
 */
type SentenceOf<Verdict> = Verdict extends ShapeError<infer Sentence> ? ShapeError<Sentence> : never

/**
 * To intersect with the type of a literal argument (an axis, a shape, a spec), which must stay a place that the
 * compiler infers from: `axis: I & Literal<Verdict>`.
 */
export type Literal<Verdict> = Verdict extends readonly unknown[] ? unknown : SentenceOf<Verdict>

/**
 * The same where two rules judge one literal: the second speaks only where the first holds. (Two sentences intersected are
 * `never`, of which the compiler shows neither.)
 */
export type LiteralOfBoth<First, Second> = First extends readonly unknown[]
  ? Literal<Second>
  : SentenceOf<First>
