/**
 * Effects as data. An `Effect<A>` describes a procedure that ends in an `A` or in a `Failure`. Nothing happens until the
 * interpreter runs it, and the same value can be run again. Loops and chains are stack-safe, however long and nested.
 *
 * Names and argument order are those of fp-ts: `of`, `left`, `map`, `flatMap`, `tap`, `orElse`, `traverseArray`, and `Do`
 * with `bind`, `let`, `apS`. What is acted on comes last, for `pipe`. `iterate`, `bracket` and `when` have no counterpart
 * there: `bracket` takes acquire, use and release in the order in which they run.
 *
 * Import it as a whole, as modules of fp-ts are: `import * as Effect from './effect.js'`, then `Effect.Effect<A>` for the
 * type and `Effect.flatMap` for a function.
 */
import { apS as apSIn } from 'fp-ts/lib/Apply.js'
import { bind as bindIn } from 'fp-ts/lib/Chain.js'
import * as E from 'fp-ts/lib/Either.js'
import { bindTo as bindToIn, let as letIn } from 'fp-ts/lib/Functor.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import type { Monad1 } from 'fp-ts/lib/Monad.js'
import type { Failure } from './failure.js'
import type { InstructionName, Payload, InstructionResult } from './instruction.js'

/** A procedure that has already finished, with this outcome. */
interface Done<A> {
  readonly tag: 'Done'
  readonly outcome: E.Either<Failure, A>
}

/** One instruction, and a function from its result to the procedure's. */
export type Perform<A, K extends InstructionName = InstructionName> = {
  readonly [P in K]: {
    readonly tag: 'Perform'
    readonly name: P
    readonly payload: Payload<P>
    readonly answer: (result: InstructionResult<P>) => A
  }
}[K]

/**
 * A first procedure, and the one that follows, given the first's outcome. The type of that outcome is existential: it is
 * hidden inside `match`, which hands both to a function that is generic in it.
 */
interface Followed<A> {
  readonly tag: 'Followed'
  readonly match: <R>(
    use: <X>(first: Effect<X>, next: (outcome: E.Either<Failure, X>) => Effect<A>) => R,
  ) => R
}

/** A description of a procedure that ends in an `A` or in a `Failure`. */
export type Effect<A> = Done<A> | Perform<A> | Followed<A>

// Constructors

export const fromEither = <A>(outcome: E.Either<Failure, A>): Effect<A> => ({ tag: 'Done', outcome })

export const of = <A>(value: A): Effect<A> => fromEither(E.right(value))

export const left = (failure: Failure): Effect<never> => fromEither(E.left(failure))

/** Does nothing. */
export const unit: Effect<void> = of(undefined)

/**
 * One instruction as an effect.
 *
 * @example
 * perform('readFile', { path: 'run.json' }) // an Effect<Uint8Array>
 */
export const perform = <K extends InstructionName>(
  name: K,
  payload: Payload<K>,
): Perform<InstructionResult<K>, K> => ({
  tag: 'Perform',
  name,
  payload,
  answer: identity,
})

/** The procedure that follows, chosen by the outcome of `first`. All other sequencing is defined by this. */
export const followedBy = <X, A>(
  first: Effect<X>,
  next: (outcome: E.Either<Failure, X>) => Effect<A>,
): Effect<A> => ({
  tag: 'Followed',
  match: (use) => use(first, next),
})

// Sequencing

/** Continues with a procedure that depends on the result; a failure ends the whole. */
export const flatMap =
  <A, B>(next: (value: A) => Effect<B>) =>
  (first: Effect<A>): Effect<B> =>
    followedBy(first, E.matchW(left, next))

export const map = <A, B>(f: (value: A) => B): ((effect: Effect<A>) => Effect<B>) => flatMap((a) => of(f(a)))

/** The same procedure with another result. */
export const as = <B>(value: B): (<A>(effect: Effect<A>) => Effect<B>) => map(() => value)

/** Runs a second procedure and keeps the first one's result. */
export const tap = <A>(next: (value: A) => Effect<unknown>): ((first: Effect<A>) => Effect<A>) =>
  flatMap((value) => pipe(next(value), as(value)))

/** One procedure after the other; the result is the second one's. */
export const apSecond =
  <B>(second: Effect<B>) =>
  (first: Effect<unknown>): Effect<B> =>
    pipe(
      first,
      flatMap(() => second),
    )

/** Continues with a pure function that can fail. */
export const flatMapEither = <A, B>(
  f: (value: A) => E.Either<Failure, B>,
): ((effect: Effect<A>) => Effect<B>) => flatMap((value) => fromEither(f(value)))

/** Checks the result by a pure function that can fail, and keeps it. */
export const tapEither = <A>(
  check: (value: A) => E.Either<Failure, unknown>,
): ((effect: Effect<A>) => Effect<A>) => tap((value) => fromEither(check(value)))

// Failures

/** Replaces a procedure that fails by another one. Interruption is a failure, too: return what you do not handle. */
export const orElse =
  <A, B = A>(handle: (failure: Failure) => Effect<B>) =>
  (effect: Effect<A>): Effect<A | B> =>
    followedBy<A, A | B>(effect, E.matchW(handle, of<A | B>))

/** The outcome as a value: this procedure does not fail. */
export const attempt = <A>(effect: Effect<A>): Effect<E.Either<Failure, A>> => followedBy(effect, of)

/** Replaces the failure of a procedure by another one. */
export const mapError = (f: (failure: Failure) => Failure): (<A>(effect: Effect<A>) => Effect<A>) =>
  orElse((failure) => left(f(failure)))

/**
 * Acquires a resource, uses it, and releases it however the use ends. If both the use and the release fail, the failure
 * of the use is reported.
 */
export const bracket = <Resource, A>(
  acquire: Effect<Resource>,
  use: (resource: Resource) => Effect<A>,
  release: (resource: Resource) => Effect<void>,
): Effect<A> =>
  pipe(
    acquire,
    flatMap((resource) =>
      followedBy(use(resource), (used) =>
        followedBy(release(resource), (released) =>
          fromEither(
            pipe(
              used,
              E.chainFirst(() => released),
            ),
          ),
        ),
      ),
    ),
  )

// Loops

/** Repeats `body` on a state while a condition on the state holds. */
export const iterate = <S>(
  initial: S,
  loop: { readonly while: (state: S) => boolean; readonly body: (state: S) => Effect<S> },
): Effect<S> =>
  pipe(
    of(initial),
    flatMap((state) =>
      loop.while(state)
        ? pipe(
            loop.body(state),
            flatMap((next) => iterate(next, loop)),
          )
        : of(state),
    ),
  )

/** Passes a state through the items, in order. */
const reduceWithIndex =
  <A, S>(initial: S, body: (index: number, state: S, item: A) => Effect<S>) =>
  (items: readonly A[]): Effect<S> =>
    pipe(
      of(initial),
      flatMap(
        items.reduceRight<(state: S) => Effect<S>>(
          (rest, item, index) => (state) => pipe(body(index, state, item), flatMap(rest)),
          of,
        ),
      ),
    )

/** `reduceWithIndex` where the position of an item does not matter. */
export const reduce = <A, S>(
  initial: S,
  body: (state: S, item: A) => Effect<S>,
): ((items: readonly A[]) => Effect<S>) => reduceWithIndex(initial, (_, state, item) => body(state, item))

/** A linked list: loops collect their results in it in linear time, without an array that is changed. */
type Collected<A> = { readonly last: A; readonly before: Collected<A> } | undefined

const toArray = <A>(collected: Collected<A>): readonly A[] => {
  const reversed: A[] = []
  for (let rest = collected; rest !== undefined; rest = rest.before) reversed.push(rest.last)
  return reversed.toReversed()
}

/** Runs a procedure for each item, in order; the results in the same order. The first failure ends it. */
export const traverseArrayWithIndex =
  <A, B>(body: (index: number, item: A) => Effect<B>) =>
  (items: readonly A[]): Effect<readonly B[]> =>
    pipe(
      items,
      reduceWithIndex<A, Collected<B>>(undefined, (index, before, item) =>
        pipe(
          body(index, item),
          map((last) => ({ last, before })),
        ),
      ),
      map(toArray),
    )

/** `traverseArrayWithIndex` where the position of an item does not matter. */
export const traverseArray = <A, B>(
  body: (item: A) => Effect<B>,
): ((items: readonly A[]) => Effect<readonly B[]>) => traverseArrayWithIndex((_, item) => body(item))

/** Runs procedures one after the other. */
export const sequenceArray: <A>(effects: readonly Effect<A>[]) => Effect<readonly A[]> =
  traverseArray(identity)

/** Runs the procedure only if the condition holds. */
export const when =
  (condition: boolean) =>
  (effect: Effect<unknown>): Effect<void> =>
    condition ? pipe(effect, as(undefined)) : unit

// Instances and Do-notation

export const URI = 'tensile/Effect'
export type URI = typeof URI

declare module 'fp-ts/HKT.js' {
  interface URItoKind<A> {
    readonly [URI]: Effect<A>
  }
}

/** The monad of effects, for fp-ts' generic functions. */
export const Monad: Monad1<URI> = {
  URI,
  map: (effect, f) => pipe(effect, map(f)),
  of: of,
  ap: (functions, effect) =>
    pipe(
      functions,
      flatMap((f) => pipe(effect, map(f))),
    ),
  chain: (effect, f) => pipe(effect, flatMap(f)),
}

export const Do: Effect<object> = of({})
export const bindTo = bindToIn(Monad)
export const bind = bindIn(Monad)
export const apS = apSIn(Monad)

/** `bind` with a pure function that can fail. */
export const bindEither = <N extends string, A, B>(
  name: Exclude<N, keyof A>,
  f: (scope: A) => E.Either<Failure, B>,
): ((effect: Effect<A>) => Effect<{ readonly [K in keyof A | N]: K extends keyof A ? A[K] : B }>) =>
  bind<N, A, B>(name, (scope) => fromEither(f(scope)))

const let_ = letIn(Monad)
export { let_ as let }
