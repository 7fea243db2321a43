/** Codecs of whole numbers in configurations. */
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

/** A whole number, as a plain `number`. */
export const integer = codec('a whole number', -Infinity)

/** A number of things of which there must be one. */
export const positiveInteger = codec('a whole number of at least 1', 1)
