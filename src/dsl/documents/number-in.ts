/** Codecs of numbers in a range. */
import * as t from 'io-ts'
import type { Range } from '../setting.js'
import { notNegative } from '../setting.js'

/** A number in a range, as a plain `number`. */
export const numberIn = ({ words, contains }: Range): t.Type<number> => {
  const is = (value: unknown): value is number => typeof value === 'number' && contains(value)
  return new t.Type<number>(
    words,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    t.identity,
  )
}

/** A finite number that is not negative. */
export const nonNegative = numberIn(notNegative)
