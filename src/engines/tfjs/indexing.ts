/** Primitives that look up by position, in TensorFlow.js. `runProgram` has checked the ids. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Node, NodeOf } from '../../dsl/primitives/primitive.js'
import { elementCount } from '../../values/value.js'
import type { RuleContext, Rules } from './rule.js'
import type { TensorFlow } from './tensor.js'
import { dataTypes } from './tensor.js'
import { transposed } from './transposed.js'

/** The two largest numbers of 32 bits. */
const [largest, second] = [(2 - 2 ** -23) * 2 ** 127, (2 - 2 ** -22) * 2 ** 127]

/**
 * Elements with the order of this library, in which NaN is the largest. Some backends do not order infinities: NaN
 * becomes the largest float32, the infinities become plus and minus the second largest.
 */
const comparable = (x: Node, { tf, whole }: RuleContext): Tensor => {
  const known = whole(x)
  if (x.dtype !== 'f32') return known
  return tf.where(tf.equal(known, known), tf.clipByValue(known, -second, second), tf.scalar(largest))
}

/** The axis moved to the end, or back from there. */
const withAxisLast = (tf: TensorFlow, x: Tensor, axis: number): Tensor => {
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis)
  return transposed(tf, x, [...others, axis])
}
const withLastAt = (tf: TensorFlow, x: Tensor, axis: number): Tensor => {
  const last = x.rank - 1
  const others = x.shape.map((_, i) => i).filter((i) => i !== last)
  return transposed(tf, x, others.toSpliced(axis, 0, last))
}

/** The elements before and after the axis of a scatter, its positions, and the ids. */
const extents = (node: NodeOf<'scatterAdd' | 'scatterMax'>, { shape }: RuleContext) => {
  const to = shape(node)
  const { axis } = node.attributes
  return {
    before: elementCount(to.slice(0, axis)),
    after: elementCount(to.slice(axis + 1)),
    count: elementCount(shape(node.operands[1])),
    size: to[axis] ?? 0,
  }
}

export const indexingRules: Rules<
  | 'gather'
  | 'scatterAdd'
  | 'argMax'
  | 'topK'
  | 'scatterMax'
  | 'takeAlongAxis'
  | 'scatterAlongAxis'
  | 'argSort'
> = {
  gather: ({ attributes: { axis }, operands: [table, ids] }, { tf, whole }) =>
    tf.gather(whole(table), whole(ids), axis),

  // unsortedSegmentSum is missing on wasm: scatterND adds rows of the first axis that have the same id.
  scatterAdd: (node, context) => {
    const { tf, whole, shape } = context
    const { before, after, count, size } = extents(node, context)
    const rows = tf.reshape(whole(node.operands[0]), [before, count, after])
    const ids = tf.reshape(whole(node.operands[1]), [count, 1])
    const added = tf.scatterND(ids, transposed(tf, rows, [1, 0, 2]), [size, before, after])
    return tf.reshape(transposed(tf, added, [1, 0, 2]), [...shape(node)])
  },
  // No backend has a scattered maximum: each id is compared with each position.
  scatterMax: (node, context) => {
    const { tf, whole, shape } = context
    const { before, after, count, size } = extents(node, context)
    const initial = tf.scalar(node.attributes.value, dataTypes[node.dtype])
    const rows = tf.reshape(whole(node.operands[0]), [before, count, 1, after])
    const ids = tf.reshape(whole(node.operands[1]), [1, count, 1, 1])
    const chosen = tf.equal(ids, tf.reshape(tf.range(0, size, 1, 'int32'), [1, 1, size, 1]))
    const all = [before, count, size, after]
    const candidates = tf.where(tf.broadcastTo(chosen, all), tf.broadcastTo(rows, all), initial)
    const isHigher = tf.greater(initial, tf.max(candidates, 1))
    return tf.reshape(tf.where(isHigher, initial, tf.max(candidates, 1)), [...shape(node)])
  },

  // Flat positions: the gather of wasm is wrong for rows with ids of their own.
  takeAlongAxis: ({ attributes: { axis }, operands: [x, ids] }, { tf, whole }) => {
    const from = withAxisLast(tf, whole(x), axis)
    const at = withAxisLast(tf, whole(ids), axis)
    const [length, size] = [from.shape.at(-1) ?? 1, at.shape.at(-1) ?? 1]
    const rows = at.size / size
    const starts = tf.reshape(tf.range(0, rows * length, length, 'int32'), [rows, 1])
    const positions = tf.add(starts, tf.reshape(at, [rows, size]))
    const taken = tf.gather(tf.reshape(from, [from.size]), tf.reshape(positions, [at.size]))
    return withLastAt(tf, tf.reshape(taken, [...at.shape]), axis)
  },
  scatterAlongAxis: (node, { tf, whole, shape }) => {
    const { axis } = node.attributes
    const [updates, ids] = [whole(node.operands[0]), whole(node.operands[1])]
    const size = shape(node)[axis] ?? 1
    const at = withAxisLast(tf, ids, axis)
    const rows = elementCount(at.shape.slice(0, -1))
    const row = tf.broadcastTo(tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1]), [rows, at.size / rows])
    const places = tf.stack([tf.reshape(row, [at.size]), tf.reshape(at, [at.size])], 1)
    const added = tf.scatterND(places, tf.reshape(withAxisLast(tf, updates, axis), [at.size]), [rows, size])
    return withLastAt(tf, tf.reshape(added, [...at.shape.slice(0, -1), size]), axis)
  },

  // One backend gives the index of a vector as a vector, not as a scalar.
  argMax: (node, context) => {
    const { tf, shape } = context
    const positions = tf.argMax(comparable(node.operands[0], context), node.attributes.axis)
    return tf.reshape(positions, [...shape(node)])
  },
  // TensorFlow.js sorts descending only. ~x turns the order of integers around, and has no overflow.
  argSort: ({ attributes: { axis, descending }, operands: [x] }, context) => {
    const { tf, shape } = context
    const count = shape(x)[axis] ?? 1
    if (count === 1) return tf.scalar(0, 'int32')
    const ordered = withAxisLast(tf, comparable(x, context), axis)
    const turned = x.dtype === 'i32' ? tf.sub(tf.scalar(-1, 'int32'), ordered) : tf.neg(ordered)
    return withLastAt(tf, tf.topk(descending ? ordered : turned, count, true).indices, axis)
  },
  // WebGPU's shader is wrong for axes of size 1.
  topK: ({ attributes: { axis, k }, operands: [x] }, context) => {
    const { tf, shape } = context
    if (shape(x)[axis] === 1) return tf.scalar(0, 'int32')
    return withLastAt(tf, tf.topk(withAxisLast(tf, comparable(x, context), axis), k, true).indices, axis)
  },
}
