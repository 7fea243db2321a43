/** Codecs of whole numbers. */
import * as t from 'io-ts'

const codec = (name: string, least: number, most = Infinity): t.Type<number> => {
  const is = (value: unknown): value is number =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most
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

/** A whole number that sizes something in memory: at least 1, and at most what could be meant. */
export const sizeUpTo = (most: number): t.Type<number> => codec(`a whole number from 1 to ${most}`, 1, most)
