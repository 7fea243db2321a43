/** Primitives that move elements, in TensorFlow.js. */
import { elementCount } from '../../values/value.js'
import type { Rules } from './rule.js'
import { transposed } from './transposed.js'

export const layoutRules: Rules<'transpose' | 'reshape' | 'broadcastTo' | 'concat' | 'slice' | 'pad'> = {
  transpose: ({ attributes: { permutation }, operands: [x] }, { tf, value, whole }) => {
    const known = value(x)
    if (known.size === 1) return tf.reshape(known, [])
    return transposed(tf, known.rank === permutation.length ? known : whole(x), permutation)
  },
  reshape: (node, { tf, value, whole, shape }) => {
    const [x] = node.operands
    const known = value(x)
    return known.rank === 0 ? known : tf.reshape(whole(x), [...shape(node)])
  },
  broadcastTo: ({ operands: [x] }, { value }) => value(x),
  concat: ({ attributes: { axis }, operands }, { tf, whole, shape }) =>
    tf.concat(operands.filter((part) => elementCount(shape(part)) > 0).map(whole), axis),
  slice: (node, { tf, whole, size, shape }) => {
    const { axis, start } = node.attributes
    const sizes = shape(node)
    return tf.slice(
      whole(node.operands[0]),
      sizes.map((_, i) => (i === axis ? size(start) : 0)),
      [...sizes],
    )
  },
  pad: (
    { attributes: { axis, before, size: total, value: fill }, operands: [x] },
    { tf, whole, shape, size },
  ) => {
    const sizes = shape(x)
    const after = size(total) - size(before) - (sizes[axis] ?? 0)
    return tf.pad(
      whole(x),
      sizes.map((_, i): [number, number] => (i === axis ? [size(before), after] : [0, 0])),
      fill,
    )
  },
}
