/**
 * Distribution alignment (Berthelot et al. 2020, ReMixMatch, sec. 3.1), halfway. A CLIP that hardly ever guesses a class
 * of a domain is taken to overlook it there; the whole alignment would take all classes to be equally frequent.
 */
import { axis, log, mul, parameter, sub } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import type { ClassTexts } from './prompt-method.js'
import type { NamedValues } from '../values/named-values.js'
import type { TensorValue } from '../values/value.js'

const name = 'guess_rates'

/** How probable each class is to zero-shot CLIP, on average over the target's images [K]; no step changes it. */
export const classPrior = ({ zeroShot }: ClassTexts): Tensor<['K']> => parameter(name, [axis(zeroShot, 0)])

/** Their values, as a method's first ones. */
export const classPriorValues = (rates: TensorValue): NamedValues => ({ [name]: rates })

/** Logits [B,K] after probabilities are divided by a power of their class's rate [K]. */
export const aligned = <B>(logits: Tensor<[B, 'K']>, rates: Tensor<['K']>, power: number): Tensor<[B, 'K']> =>
  sub(logits, mul(log(rates), power))

/** Logits [B,K] after probabilities are divided by the root of their class's rate [K]. */
export const alignedHalfway = <B>(logits: Tensor<[B, 'K']>, rates: Tensor<['K']>): Tensor<[B, 'K']> =>
  aligned(logits, rates, 0.5)
