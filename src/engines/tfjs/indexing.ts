/** Primitives that look up by position, in TensorFlow.js. `runProgram` has checked the ids. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Node } from '../../dsl/primitives/primitive.js'
import { elementCount } from '../../dsl/values/value.js'
import type { RuleContext, Rules } from './rule.js'
import type { TensorFlow } from './tensor.js'
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

export const indexingRules: Rules<'gather' | 'scatterAdd' | 'argMax' | 'topK'> = {
  gather: ({ attributes: { axis }, operands: [table, ids] }, { tf, whole }) =>
    tf.gather(whole(table), whole(ids), axis),

  // unsortedSegmentSum is missing on wasm: scatterND adds rows of the first axis that have the same id.
  scatterAdd: (node, { tf, whole, shape }) => {
    const { axis } = node.attributes
    const [updates, ids] = node.operands
    const to = shape(node)
    const count = elementCount(shape(ids))
    const [before, after] = [to.slice(0, axis), to.slice(axis + 1)]
    const rows = tf.reshape(whole(updates), [elementCount(before), count, elementCount(after)])
    const added = tf.scatterND(tf.reshape(whole(ids), [count, 1]), transposed(tf, rows, [1, 0, 2]), [
      to[axis] ?? 0,
      elementCount(before),
      elementCount(after),
    ])
    return tf.reshape(transposed(tf, added, [1, 0, 2]), [...to])
  },

  // One backend gives the index of a vector as a vector, not as a scalar.
  argMax: (node, context) => {
    const { tf, shape } = context
    const positions = tf.argMax(comparable(node.operands[0], context), node.attributes.axis)
    return tf.reshape(positions, [...shape(node)])
  },
  // WebGPU's shader is wrong for axes of size 1.
  topK: ({ attributes: { axis, k }, operands: [x] }, context) => {
    const { tf, shape } = context
    if (shape(x)[axis] === 1) return tf.scalar(0, 'int32')
    return withLastAt(tf, tf.topk(withAxisLast(tf, comparable(x, context), axis), k, true).indices, axis)
  },
}
