/** The codec of probabilities in configurations. */
import * as t from 'io-ts'

const isProbability = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= 1

/** A number between 0 and 1, as a plain `number`. */
export const probability = new t.Type<number>(
  'a number between 0 and 1',
  isProbability,
  (value, context) => (isProbability(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
)
