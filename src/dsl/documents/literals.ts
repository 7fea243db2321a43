/** Closed sets of names: each is listed once, and its type and codec are derived from the list. */
import * as t from 'io-ts'

/** A codec of some names, which also lists them. */
export interface LiteralsCodec<A extends string> extends t.Type<A> {
  readonly values: readonly A[]
}

/**
 * The codec of a list of names. Its type is their union.
 *
 * @example
 * const reading = literals(['rows', 'batch'])
 * type Reading = t.TypeOf<typeof reading> // 'rows' | 'batch'
 */
export const literals = <const A extends string>(
  values: readonly A[],
  name: string = values.map((value) => JSON.stringify(value)).join(' | '),
): LiteralsCodec<A> => {
  const is = (input: unknown): input is A => values.some((value) => value === input)
  const codec = new t.Type<A>(
    name,
    is,
    (input, context) => (is(input) ? t.success(input) : t.failure(input, context)),
    t.identity,
  )
  return Object.assign(codec, { values })
}

/**
 * The keys of a table, in the order in which they are written.
 *
 * @example
 * keysOf({ adam: 1, sgd: 2 }) // ['adam', 'sgd'], as a list of 'adam' | 'sgd'
 */
export const keysOf = <T extends object>(table: T): readonly Extract<keyof T, string>[] =>
  Object.keys(table).filter((key): key is Extract<keyof T, string> => Object.hasOwn(table, key))
