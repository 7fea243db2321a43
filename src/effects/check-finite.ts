/** Refusing numbers that are NaN or infinite where they are made or read, by the name of what holds them. */
import * as E from 'fp-ts/lib/Either.js'
import { firstAmong, firstNotFinite } from '../values/finite.js'
import type { NamedValues } from '../values/named-values.js'
import type { Failure } from './failure.js'

/** What is checked: where it comes from, what an element that is not finite is called, and what to do about it. */
interface Checked {
  readonly where: string
  /** The tensor in words, given its name and the place of the element; `tensor 'name'` if it is left out. */
  readonly quantity?: (name: string, place: readonly number[]) => string
  readonly advice: string
}

/**
 * The tensors, if every element of them is finite. Fails with `NotFinite`, which names the first element that is NaN or
 * infinite.
 */
export const checkFinite =
  ({ where, quantity = (name) => `tensor '${name}'`, advice }: Checked) =>
  <A extends NamedValues>(values: A): E.Either<Failure, A> => {
    const found = firstAmong(values, firstNotFinite)
    if (found === undefined) return E.right(values)
    const { name, value, place } = found
    return E.left({ tag: 'NotFinite', quantity: quantity(name, place), where, value, place, advice })
  }
