/** The rule of reshape: both shapes hold the same number of elements. */
import type { ShapeError } from './shape-error.js'
import type { Fits, Invariant } from './decide.js'
import type { CancelCommonFactors, ElementCount } from './arithmetic/element-count.js'
import type { NameOf, Show } from './show.js'

/** `Fits`, or `reshape [B,77] -> [B,78]: 77 elements against 78`. Equal dims in front and at the end need no arithmetic. */
export type Reshape<From, To> = SkipFront<From, To, From, To>

type SkipFront<A, B, From, To> = A extends [infer HeadA, ...infer TailA]
  ? B extends [infer HeadB, ...infer TailB]
    ? Invariant<HeadA> extends Invariant<HeadB>
      ? SkipFront<TailA, TailB, From, To>
      : SkipBack<A, B, From, To>
    : CompareCounts<ElementCount<A>, 1, From, To>
  : B extends []
    ? Fits
    : CompareCounts<1, ElementCount<B>, From, To>

type SkipBack<A, B, From, To> = A extends [...infer FrontA, infer LastA]
  ? B extends [...infer FrontB, infer LastB]
    ? Invariant<LastA> extends Invariant<LastB>
      ? SkipBack<FrontA, FrontB, From, To>
      : CompareCounts<ElementCount<A>, ElementCount<B>, From, To>
    : CompareCounts<ElementCount<A>, 1, From, To>
  : CompareCounts<1, ElementCount<B>, From, To>

type CompareCounts<CountA, CountB, From, To> =
  Invariant<CountA> extends Invariant<CountB>
    ? Fits
    : CompareFactors<CancelCommonFactors<ElementCount<From>, ElementCount<To>>, From, To>

type CompareFactors<Remainders, From, To> = Remainders extends [infer A, infer B]
  ? Invariant<A> extends Invariant<B>
    ? Fits
    : ShapeError<`reshape [${Show<From>}] -> [${Show<To>}]: ${NameOf<A>} elements against ${NameOf<B>}`>
  : never
