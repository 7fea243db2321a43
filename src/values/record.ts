/**
 * Functions of records, named and typed as those of fp-ts. Names of outputs, tensors and classes are a user's: under any
 * name an entry is kept, also under `__proto__`, by which fp-ts sets the prototype of the record that it makes.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

/** A record of `f` of each value, under the same names. */
export function map<A, B>(
  f: (value: A) => B,
): <K extends string>(record: Readonly<Record<K, A>>) => Record<K, B>
export function map(f: (value: unknown) => unknown) {
  return mapWithIndex((_, value: unknown) => f(value))
}

/** A record of `f` of each name and its value, under the same names. */
export function mapWithIndex<K extends string, A, B>(
  f: (name: K, value: A) => B,
): (record: Readonly<Record<K, A>>) => Record<K, B>
export function mapWithIndex(f: (name: string, value: unknown) => unknown) {
  return (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(name, value)]))
}

/** A record of the answers of `f`, under the same names, or the first of its failures. */
export function traverseEither<K extends string, A, E, B>(
  f: (name: K, value: A) => Either<E, B>,
): (record: Readonly<Record<K, A>>) => Either<E, Record<K, B>>
export function traverseEither(f: (name: string, value: unknown) => Either<unknown, unknown>) {
  return (record: Readonly<Record<string, unknown>>): Either<unknown, Record<string, unknown>> =>
    pipe(
      Object.entries(record),
      E.traverseArray(([name, value]) => E.map((answer: unknown) => [name, answer] as const)(f(name, value))),
      E.map((entries) => Object.fromEntries(entries)),
    )
}

/** The entries whose names fulfil a condition. */
export const filterWithIndex =
  (condition: (name: string) => boolean) =>
  <A>(record: Readonly<Record<string, A>>): Record<string, A> =>
    Object.fromEntries(Object.entries(record).filter(([name]) => condition(name)))

/** The value of this name; undefined where the record has no such entry of its own, as for `constructor`. */
export const lookup = <A>(name: string, record: Readonly<Record<string, A>>): A | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** The names of a record, sorted. */
export function keys<K extends string>(record: Readonly<Record<K, unknown>>): readonly K[]
export function keys(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(record).toSorted()
}
