/** Tensors of the files that are compared. */
import * as E from 'fp-ts/lib/Either.js'
import type { Failure } from '../../../src/effects/failure.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import type { TensorValue } from '../../../src/values/value.js'

/** The tensor of a name. Fails with `TensorMissing`. */
export const named = (values: NamedValues, where: string, name: string): E.Either<Failure, TensorValue> =>
  E.fromNullable<Failure>({ tag: 'TensorMissing', name, where, similar: [] })(values[name])

/** The largest magnitude; 0 if there are no numbers. */
export const largestOf = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((largest, number) => Math.max(largest, Math.abs(number)), 0)
