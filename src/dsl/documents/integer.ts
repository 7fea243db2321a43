/** Codecs of whole numbers. */
import * as t from 'io-ts'

const codec = (name: string, least: number): t.Type<number> => {
  const is = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= least
  return new t.Type<number>(
    name,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    t.identity,
  )
}

/** A whole number that a double holds exactly. */
export const integer = codec('a whole number', -Infinity)

/** A whole number of at least 1. */
export const positiveInteger = codec('a whole number of at least 1', 1)
