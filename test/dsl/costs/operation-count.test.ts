import { describe, expect, it } from 'vitest'
import type { Sizes } from '../../../src/shapes/dim.js'
import type { AnyTensor } from '../../../src/dsl/index.js'
import {
  add,
  conv2d,
  countOperations,
  countOperationsByPrimitive,
  dim,
  floatingPointOperations,
  gelu,
  gradients,
  input,
  layerNorm,
  matmul,
  mean,
  parameter,
  programOfNodes,
  relu,
  reshape,
  softmax,
  sum,
  transpose,
} from '../../../src/dsl/index.js'
import { multiHeadAttention } from '../../../src/model/index.js'
import { expectLeft, expectRight } from '../../expect-either.js'

const countOf = (tensor: Pick<AnyTensor, 'node'>, sizes: Sizes = {}) =>
  expectRight(countOperations(expectRight(programOfNodes({ y: tensor.node })), sizes))

const x = input('x', ['B', 6, 8])

describe('the operation count of a program', () => {
  it('is rows × inner × columns for each matrix product of a batch', () => {
    expect(countOf(matmul(input('a', [5, 7]), input('b', [7, 3])))).toEqual({
      multiplyAdds: 5 * 7 * 3,
      elementwise: 0,
    })
    const shared = matmul(x, parameter('w', [8, 3]))
    expect(countOf(shared, { B: 4 })).toEqual({ multiplyAdds: 4 * 6 * 8 * 3, elementwise: 0 })
  })

  it('is outputs × window for a convolution, padding included', () => {
    const images = input('images', [2, 3, 9, 9])
    const kernels = parameter('kernels', [4, 3, 3, 3])
    expect(countOf(conv2d(images, kernels, { padding: 1 })).multiplyAdds).toBe(2 * 4 * 9 * 9 * 3 * 3 * 3)
    expect(countOf(conv2d(images, kernels, { stride: 2 })).multiplyAdds).toBe(2 * 4 * 4 * 4 * 3 * 3 * 3)
  })

  it('is the same for a strided convolution and for its gradient by images or by kernels', () => {
    const images = input('images', [2, 3, 9, 9])
    const kernels = parameter('kernels', [4, 3, 3, 3])
    const forward = conv2d(images, kernels, { stride: 2 })
    const slopes = gradients(sum(forward), { images, kernels })
    const { multiplyAdds } = countOf(forward)
    // The adjoint spreads the cotangent over a padded frame: each of 9 × 9 pixels is met by those places of the kernel
    // that lie on the grid of the stride, and so are some pixels of the frame.
    expect(countOf(slopes.images).multiplyAdds).toBeGreaterThanOrEqual(multiplyAdds)
    expect(countOf(slopes.images).multiplyAdds).toBeLessThan(2 * multiplyAdds)
    expect(countOf(slopes.kernels).multiplyAdds).toBe(multiplyAdds)
  })

  it('is one for each element of an elementwise result, broadcast or not', () => {
    expect(countOf(add(x, parameter('bias', [8])), { B: 4 })).toEqual({
      multiplyAdds: 0,
      elementwise: 4 * 48,
    })
    expect(countOf(gelu(x), { B: 4 }).elementwise).toBe(4 * 48)
  })

  it('is one for each element that a reduction reads, five for softmax and seven for layer norm', () => {
    expect(countOf(sum(x), { B: 4 }).elementwise).toBe(4 * 48)
    expect(countOf(mean(x, 1), { B: 4 }).elementwise).toBe(4 * 48)
    expect(countOf(softmax(x, -1), { B: 4 }).elementwise).toBe(5 * 4 * 48)
    const normal = layerNorm(x, parameter('gain', [8]), parameter('bias', [8]))
    expect(countOf(normal, { B: 4 }).elementwise).toBe(7 * 4 * 48)
  })

  it('is zero where numbers are only moved', () => {
    expect(countOf(transpose(reshape(input('y', [6, 8]), [3, 16]), [1, 0]))).toEqual({
      multiplyAdds: 0,
      elementwise: 0,
    })
  })

  it('counts a node that two outputs use once', () => {
    const shared = matmul(input('a', [5, 7]), input('b', [7, 3]))
    const both = expectRight(programOfNodes({ one: relu(shared).node, two: add(shared, shared).node }))
    expect(expectRight(countOperations(both))).toEqual({ multiplyAdds: 105, elementwise: 30 })
  })

  it('of attention equals the count by hand', () => {
    const [batch, length, heads, headWidth] = [2, 10, 3, 4]
    const width = heads * headWidth
    const y = multiHeadAttention('attn', { heads: dim(3), headWidth: dim(4) })(input('tokens', ['B', 10, 12]))
    const [scores, tokens] = [batch * heads * length * length, batch * length * width]
    expect(countOf(y, { B: batch })).toEqual({
      // Query, key and value; scores; their mixture; the projection of the result.
      multiplyAdds: tokens * 3 * width + scores * headWidth + scores * headWidth + tokens * width,
      // Biases of 3 and 1 widths, the scale of the queries, the softmax.
      elementwise: tokens * 3 + tokens + tokens + 5 * scores,
    })
  })

  it('can be split by primitive, with two operations for a multiply-add', () => {
    const y = relu(matmul(input('a', [5, 7]), input('b', [7, 3])))
    const of = expectRight(programOfNodes({ y: y.node }))
    expect(expectRight(countOperationsByPrimitive(of))).toEqual(
      new Map([
        ['matmul', { multiplyAdds: 105, elementwise: 0 }],
        ['relu', { multiplyAdds: 0, elementwise: 15 }],
      ]),
    )
    expect(floatingPointOperations(countOf(y))).toBe(225)
  })

  it('is a fault while a symbol has no size', () => {
    const outcome = countOperations(expectRight(programOfNodes({ y: relu(x).node })))
    expect(expectLeft(outcome)).toMatchObject({
      tag: 'ProgramFault',
      message: expect.stringContaining("'B'"),
    })
  })
})
