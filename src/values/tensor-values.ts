/**
 * Tensor values from numbers, and back: `tensor.f32([[1, 2], [3, 4]])`, `tensor.toArray`, `tensor.show`.
 *
 * Making a value does not fail. A value whose count of elements is not that of its shape, such as one from lists of
 * different lengths, is refused where it is used: by `evaluate`, by engines, by training, with its name.
 */
import type { RandomKey } from './random-key.js'
import { keyFromSeed } from './random-key.js'
import type { Nested } from './nested.js'
import { fromNested } from './nested.js'
import type { TensorValue } from './value.js'

export type { Nested } from './nested.js'
export { toArray } from './nested.js'
export { show } from './show.js'

type ValueOf<D extends TensorValue['dtype']> = Extract<TensorValue, { readonly dtype: D }>

/** Makes a value from nested arrays, or from a shape and the elements in row-major order. */
interface Maker<Element, Value> {
  (nested: Nested<Element>): Value
  (shape: readonly number[], elements: ArrayLike<Element>): Value
}

/** Shape and elements as they were given in either way. A shape is a list of numbers, not of booleans. */
const parts = <A>(
  first: Nested<A | number>,
  elements: ArrayLike<A> | undefined,
): { readonly shape: readonly number[]; readonly elements: ArrayLike<A | number> } => {
  const nested = fromNested(first)
  return elements === undefined ? nested : { shape: nested.elements.map(Number), elements }
}

/**
 * A value of 32-bit floats, from nested arrays or from a shape and its elements. A number is a scalar.
 *
 * @example
 * const x = tensor.f32([[1, 2], [3, 4]])
 * const same = tensor.f32([2, 2], [1, 2, 3, 4])
 */
export const f32: Maker<number, ValueOf<'f32'>> = (first: Nested<number>, given?: ArrayLike<number>) => {
  const { shape, elements } = parts(first, given)
  return { dtype: 'f32', shape, data: Float32Array.from(elements) }
}

/**
 * A value of 32-bit integers. Fractions are dropped, as numpy's `astype` drops them.
 *
 * @example
 * const labels = tensor.i32([0, 2, 1])
 */
export const i32: Maker<number, ValueOf<'i32'>> = (first: Nested<number>, given?: ArrayLike<number>) => {
  const { shape, elements } = parts(first, given)
  return { dtype: 'i32', shape, data: Int32Array.from(elements) }
}

/**
 * A value of booleans; a number other than 0 is true.
 *
 * @example
 * const mask = tensor.bool([[true, false], [true, true]])
 */
export const bool: Maker<boolean | number, ValueOf<'bool'>> = (
  first: Nested<boolean | number>,
  given?: ArrayLike<boolean | number>,
) => {
  const { shape, elements } = parts(first, given)
  return { dtype: 'bool', shape, data: Uint8Array.from(elements, (element) => Number(Boolean(element))) }
}

/**
 * A random key as a value, i32 [2], for an input of a program: from a seed (a whole number up to 2^53), or from a key
 * that `foldIn` or `splitKey` gave.
 *
 * @example
 * const values = { key: tensor.key(0), next: tensor.key(randomKey.foldIn(randomKey.keyFromSeed(0), 1)) }
 */
export const key = (seed: number | RandomKey): ValueOf<'i32'> => ({
  dtype: 'i32',
  shape: [2],
  data: Int32Array.from(typeof seed === 'number' ? keyFromSeed(seed) : seed),
})
