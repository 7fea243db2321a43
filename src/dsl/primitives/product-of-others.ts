/** For each element of a tensor, the product of all others along axes: the gradient of a product. */
import * as b from '../builder.js'
import type { Dim } from '../../shapes/dim.js'
import { productOfDims } from '../../shapes/dim.js'
import type { Node } from './primitive.js'

/** Pairs of neighbours along the last axis as two tensors of half the size; the size is even. */
const halves = (x: Node, length: number): readonly [Node, Node] => {
  const last = x.shape.length
  const pairs = b.reshape(x, [...x.shape.slice(0, -1), length / 2, 2])
  return [b.dropAxis(b.slice(pairs, last, 0, 1), last), b.dropAxis(b.slice(pairs, last, 1, 1), last)]
}

/**
 * For each position of the last axis, of this length, the product of all others: by a tree of products, in as many
 * operations as there are positions. It divides by nothing, so it and its own gradients are exact where elements are 0.
 */
const othersByTree = (x: Node, length: number): Node => {
  if (length <= 1) return b.full(x.shape, 1)
  const last = x.shape.length - 1
  if (length % 2 === 1) return b.slice(othersByTree(b.pad(x, last, 0, 1, 1), length + 1), last, 0, length)
  const [left, right] = halves(x, length)
  const outside = othersByTree(b.mul(left, right), length / 2)
  const pairs = [b.mul(outside, right), b.mul(outside, left)].map((half) => b.expandDims(half, last + 1))
  return b.reshape(b.concat(pairs, last + 1), x.shape)
}

/** The same where the length is a symbol: products of rows of which one element each is left out. */
const othersByRows = (x: Node, length: Dim): Node => {
  const last = x.shape.length
  const rows = b.broadcastTo(b.expandDims(x, last - 1), [...x.shape, length])
  const own = b.equal(b.iota([length, length], 0), b.iota([length, length], 1))
  return b.prod(b.where(own, b.scalarLike(x, 1), rows), [last])
}

/** For each element, the product of the others along the axes. */
export const productOfOthers = (x: Node, axes: readonly number[]): Node => {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const order = [...kept, ...axes]
  const sizes = order.map((axis) => x.shape[axis] ?? 1)
  const length = productOfDims(sizes.slice(kept.length))
  const rows = b.reshape(b.transpose(x, order), [...sizes.slice(0, kept.length), length])
  const others = typeof length === 'number' ? othersByTree(rows, length) : othersByRows(rows, length)
  return b.transpose(
    b.reshape(others, sizes),
    order.map((_, axis) => order.indexOf(axis)),
  )
}
