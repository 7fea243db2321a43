import * as tf from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { stretched } from '../../src/engines/tfjs/stretched.js'

beforeAll(async () => {
  await import('@tensorflow/tfjs-backend-cpu')
  await tf.setBackend('cpu')
})

/** A shape, and the shape of a tensor that is broadcast to it. */
const stretches = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()), { maxLength: 6 })
  .chain((axes) =>
    fc.nat(axes.length).map((dropped) => ({
      full: axes.map(([size]) => size),
      known: axes.map(([size, flat]) => (flat ? 1 : size)).slice(dropped),
    })),
  )

it('stretching gives the result of broadcasting, with tensors of at most four axes', () => {
  const asked: number[] = []
  const limited = {
    ...tf,
    broadcastTo: <R extends tf.Rank>(x: tf.Tensor | tf.TensorLike, shape: tf.ShapeMap[R]): tf.Tensor<R> => {
      asked.push(shape.length)
      return tf.broadcastTo(x, shape)
    },
  }
  fc.assert(
    fc.property(stretches, ({ known, full }) => {
      tf.tidy(() => {
        const x = tf.reshape(tf.range(0, tf.util.sizeFromShape(known)), known)
        const result = stretched(limited, x, full)
        expect(result.shape).toEqual(full)
        expect(result.dataSync()).toEqual(tf.broadcastTo(x, full).dataSync())
      })
    }),
    { examples: [[{ known: [1, 2, 1, 2, 1, 2], full: [3, 2, 3, 2, 3, 2] }]] },
  )
  expect(Math.max(...asked)).toBeLessThanOrEqual(4)
})
