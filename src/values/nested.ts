/** Nested arrays and tensor values: what a person writes and reads, and what programs take and give. */
import type { TensorValue } from './value.js'
import { elementCount } from './value.js'

/** An element, or a list of nested arrays. Lists at one depth have one length, where it stands for a tensor. */
export type Nested<A> = A | readonly Nested<A>[]

const isList = <A>(nested: Nested<A>): nested is readonly Nested<A>[] => Array.isArray(nested)

const longest = (a: readonly number[], b: readonly number[]): readonly number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, axis) => Math.max(a[axis] ?? 0, b[axis] ?? 0))

/** The length of the longest list at each depth. */
const lengthsOf = <A>(nested: Nested<A>): readonly number[] =>
  isList(nested)
    ? [nested.length, ...nested.filter(isList).map(lengthsOf).reduce<readonly number[]>(longest, [])]
    : []

/** The elements, and those of them that are in as many lists as the shape has axes. */
const elementsOf = <A>(
  nested: Nested<A>,
  rank: number,
): { readonly all: readonly A[]; readonly deep: readonly A[] } => {
  const all: A[] = []
  const deep: A[] = []
  const visit = (at: Nested<A>, depth: number): void => {
    if (isList(at)) {
      for (const part of at) visit(part, depth + 1)
      return
    }
    all.push(at)
    if (depth === rank) deep.push(at)
  }
  visit(nested, 0)
  return { all, deep }
}

/**
 * The shape of nested arrays, and their elements in row-major order. The shape is that of the longest lists: where lists
 * at one depth differ in length or in depth, there are fewer or more elements than the shape has, never as many.
 */
export const fromNested = <A>(
  nested: Nested<A>,
): { readonly shape: readonly number[]; readonly elements: readonly A[] } => {
  const shape = lengthsOf(nested)
  const { all, deep } = elementsOf(nested, shape.length)
  return { shape, elements: deep.length === elementCount(shape) ? all : deep }
}

/**
 * A tensor as nested arrays, as numpy's `tolist`: numbers, or booleans for `bool`. A scalar is the element itself.
 *
 * @example
 * tensor.toArray(tensor.i32([2, 2], [1, 2, 3, 4])) // [[1, 2], [3, 4]]
 */
export const toArray = ({ dtype, shape, data }: TensorValue): Nested<number | boolean> => {
  const element = (at: number): number | boolean =>
    dtype === 'bool' ? data[at] !== 0 : (data[at] ?? Number.NaN)
  const part = (axis: number, start: number): Nested<number | boolean> => {
    const size = shape[axis]
    if (size === undefined) return element(start)
    const stride = elementCount(shape.slice(axis + 1))
    return Array.from({ length: size }, (_, i) => part(axis + 1, start + i * stride))
  }
  return part(0, 0)
}
