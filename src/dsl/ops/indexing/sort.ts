/** Sorting along an axis. */
import * as b from '../../builder.js'
import { erased } from '../../erasure.js'
import type { Node } from '../../primitives/primitive.js'
import type { HasAxis } from '../../../shapes/axis.js'
import type { Literal } from '../../../shapes/decide.js'
import type { Tensor } from '../../tensor.js'
import { frontAxis } from '../axis.js'

export interface SortOptions {
  /** Largest first. */
  readonly descending?: boolean
}

/**
 * The indices that sort a tensor along an axis, smallest first, as numpy's `argsort`; the shape stays. Equal elements keep
 * their order, whichever the direction. NaN counts as the largest.
 *
 * @example
 * const order = argSort(constant([3], [30, 10, 20]), 0) // 1, 2, 0
 * const ranks = argSort(order, 0) // 2, 0, 1
 */
export const argSort = <S, D extends 'f32' | 'i32', const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  { descending = false }: SortOptions = {},
): Tensor<S, 'i32'> => erased(b.argSort(x.node, frontAxis(axis, x.node.shape.length), descending))

/**
 * The elements along an axis in order, smallest first; the shape stays. NaN counts as the largest. Gradients flow to the
 * elements.
 *
 * @example
 * const quantiles = sort(input('samples', ['N', 8]), 0) // [N,8], each column in order
 * const largest = slice(sort(input('scores', ['B', 100]), 1, { descending: true }), 1, 0, 10) // [B,10]
 */
export const sort = <S, D extends 'f32' | 'i32', const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  { descending = false }: SortOptions = {},
): Tensor<S, D> => erased(sorted(x.node, frontAxis(axis, x.node.shape.length), descending))

const sorted = (x: Node, axis: number, descending: boolean): Node => {
  const order = b.argSort(x, axis, descending)
  return order.fault === undefined ? b.takeAlongAxis(x, order, axis) : order
}
