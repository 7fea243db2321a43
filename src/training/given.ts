/** Values that a caller gives as they are, or as the outcome of what made them. */
import * as E from 'fp-ts/lib/Either.js'
import type { Fault } from '../dsl/fault.js'
import type { NamedValues } from '../values/named-values.js'

/** Weights, or the outcome of `initialise`. */
export type GivenWeights = NamedValues | E.Either<Fault, NamedValues>

/** Whether this is an outcome. What else may be given has no `_tag` that is a word: named values hold tensors. */
export const isOutcome = <Problem, Other extends object>(
  given: Other | E.Either<Problem, NamedValues>,
): given is E.Either<Problem, NamedValues> => '_tag' in given && typeof given._tag === 'string'

/** The weights, once there is no fault. */
export const weightsGiven = (weights: GivenWeights): E.Either<Fault, NamedValues> =>
  isOutcome(weights) ? weights : E.right(weights)
