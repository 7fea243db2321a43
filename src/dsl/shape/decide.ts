/**
 * How a rule decides, and how its verdict reaches the parameter of a function.
 *
 * Shapes are matched with bare conditionals: the compiler defers those until the shape is known. Dims are compared
 * inside `Box` or `Invariant`: the compiler decides such a comparison as soon as it is certain, so generic dims
 * compose, and one that it cannot decide stays an error.
 */

/** Comparing boxes asks: is every value of one a value of the other? Decided as soon as it is certain. */
export interface Box<T> {
  readonly boxed: T
}

/** Comparing these asks: are the two types the same? Decided as soon as it is certain. */
export interface Invariant<in out T> {
  readonly invariant: T
}

/** The verdict of a rule that only checks: all is well. */
export type Fits = []

/**
 * The type of a tensor argument: `T` where the rule gives a shape (or `Fits`), else the rule's sentence. The error
 * sits in the parameter, because a result of type never would be assignable to anything.
 */
export type Argument<Verdict, T> = Verdict extends readonly unknown[] ? T : Verdict

/**
 * To intersect with the type of a literal argument (an axis, a shape, a spec), which must stay a place that the
 * compiler infers from: `axis: I & Literal<Verdict>`.
 */
export type Literal<Verdict> = Verdict extends readonly unknown[] ? unknown : Verdict
