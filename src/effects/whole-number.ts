/** The codec of whole numbers in configurations. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

/** A whole number, as a plain `number`. */
export const wholeNumber = new t.Type<number>(
  'whole number',
  isWhole,
  (value, context) =>
    pipe(
      t.number.validate(value, context),
      E.chain((number) =>
        isWhole(number) ? t.success(number) : t.failure(value, context, 'expected a whole number'),
      ),
    ),
  t.identity,
)
