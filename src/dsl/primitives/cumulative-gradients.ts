/** Cotangents of the operands of cumulative primitives, and of the largest updates of a scatter. */
import * as b from '../builder.js'
import { anyNode } from '../erasure.js'
import type { Node, NodeOf } from './primitive.js'

const { mul, where } = b

/** The element before each position, in the direction of the recurrence; 0 at its start. */
export const previous = (x: Node, axis: number, reverse: boolean): Node => {
  const size = x.shape[axis] ?? 1
  return reverse ? b.slice(b.pad(x, axis, 0, 1), axis, 1, size) : b.slice(b.pad(x, axis, 1, 0), axis, 0, size)
}

/**
 * The cotangent of x in h_t = a_t h_{t-1} + x_t: g_t = dh_t + a_{t+1} g_{t+1}, the same recurrence from the other end
 * (Martin & Cundy 2018, "Parallelizing linear recurrent neural nets over sequence length", section 2.2).
 */
export const recurrenceCotangent = (
  { attributes: { axis, reverse }, operands: [decay] }: NodeOf<'linearRecurrence'>,
  dy: Node,
): Node => b.linearRecurrence(previous(decay, axis, !reverse), dy, axis, !reverse)

/** The cotangent of a in h_t = a_t h_{t-1} + x_t: g_t h_{t-1}. */
export const decayCotangent = (y: NodeOf<'linearRecurrence'>, dy: Node): Node => {
  const { axis, reverse } = y.attributes
  return mul(recurrenceCotangent(y, dy), previous(anyNode(y), axis, reverse))
}

/** The cotangent of a cumulative maximum: each goes to the position that holds the maximum, the latest of equals. */
export const cummaxCotangent = (y: NodeOf<'cummax'>, dy: Node): Node => {
  const { axis, reverse } = y.attributes
  const [x] = y.operands
  const position = b.iota(x.shape, axis)
  const least = b.scalar(-(2 ** 31), 'i32')
  const records = where(b.equal(x, anyNode(y)), reverse ? b.neg(position) : position, least)
  const latest = b.cummax(records, axis, reverse)
  const found = where(b.equal(latest, least), position, reverse ? b.neg(latest) : latest)
  return b.scatterAlongAxis(dy, found, axis, x.shape[axis] ?? 0)
}

/**
 * The cotangent of the updates of a scattered maximum: it goes to the largest update of each position, shared by equals. It
 * is 0 for updates to a position where the initial value is larger.
 */
export const scatterMaxCotangent = (y: NodeOf<'scatterMax'>, dy: Node): Node => {
  const { axis, size } = y.attributes
  const [updates, ids] = y.operands
  const largest = b.cast(b.equal(updates, b.gather(anyNode(y), ids, axis)), 'f32')
  const count = b.gather(b.scatterAdd(largest, ids, axis, size), ids, axis)
  return mul(b.gather(dy, ids, axis), b.div(largest, b.maximum(count, b.scalar(1))))
}
