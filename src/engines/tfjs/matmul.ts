/** Matrix products in TensorFlow.js. */
import type { Tensor } from '@tensorflow/tfjs-core'
import { elementCount } from '../../values/value.js'
import { sameShape } from '../../shapes/dim.js'
import { broadcastSizes } from '../../values/broadcast-sizes.js'
import type { Rules } from './rule.js'
import { stretched } from './stretched.js'

export const matmulRules: Rules<'matmul'> = {
  matmul: (node, { tf, value, whole, shape }) => {
    /** An operand whose batch is broadcast stays as it is: one copy of its matrices is enough. */
    const matrices = (operand: (typeof node.operands)[number]): Tensor => {
      const known = value(operand)
      const [rows, columns] = shape(operand).slice(-2)
      return known.rank >= 2 && known.shape.at(-2) === rows && known.shape.at(-1) === columns
        ? known
        : whole(operand)
    }
    const [a, b] = [matrices(node.operands[0]), matrices(node.operands[1])]
    const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
    if (sameShape(batchA, batchB)) return tf.matMul(a, b)
    if (elementCount(batchB) === 1) {
      // A batch times one matrix is one product of many rows.
      const [inner, columns] = [a.shape.at(-1) ?? 1, b.shape.at(-1) ?? 1]
      const rows = tf.reshape(a, [elementCount(a.shape) / inner, inner])
      const product = tf.matMul(rows, tf.reshape(b, [inner, columns]))
      return tf.reshape(product, [...broadcastSizes(batchA, batchB), a.shape.at(-2) ?? 1, columns])
    }
    // The library takes the wrong matrices if batches broadcast along only some axes.
    const batch = broadcastSizes(batchA, batchB)
    const full = (x: Tensor): Tensor => stretched(tf, x, [...batch, ...x.shape.slice(-2)])
    return tf.matMul(full(a), full(b))
  },
}
