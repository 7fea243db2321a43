/** A method's parameters among all values that training carries. */
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../../values/record.js'
import type { NamedValues } from '../../values/named-values.js'

/** The method's parameters in a state; those that it lacks are not trained and keep their initial values. */
export const ownParameters = (initial: NamedValues, state: NamedValues): NamedValues =>
  pipe(
    initial,
    R.mapWithIndex((name, first) => R.lookup(name, state) ?? first),
  )
