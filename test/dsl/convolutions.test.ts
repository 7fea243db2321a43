/** Convolution, pooling and resizing: numbers of PyTorch 2.15, gradients by central differences. */
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../src/dsl/index.js'
import {
  avgPool2d,
  constant,
  conv1d,
  conv2d,
  convTranspose2d,
  gradient,
  input,
  maxPool2d,
  mul,
  pixelShuffle,
  resize2d,
  sub,
  sum,
  tanh,
} from '../../src/dsl/index.js'
import { drawn, expectClose, expectGradients, f32, numbersOf } from '../support/evaluation.js'

/** The numbers 7 i mod 11 - 5. */
const numbers = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => ((7 * i) % 11) - 5)

describe('a convolution has the numbers of PyTorch', () => {
  it('in groups, with strides, paddings and dilations of its own for height and width', () => {
    const result = conv2d(constant([1, 4, 3, 3], numbers(36)), constant([4, 2, 2, 2], numbers(32)), {
      groups: 2,
      stride: [1, 2],
      padding: [1, 0],
      dilation: [2, 1],
    })
    expect(numbersOf(result)).toEqual([3, 31, -15, -2, 32, -9, 46, -20, -32, 39, -23, -39])
  })
  it("with padding 'same', of which an even kernel has one more after the image", () => {
    const result = conv2d(constant([1, 1, 3, 4], numbers(12)), constant([1, 1, 2, 3], numbers(6)), {
      padding: 'same',
    })
    expect(numbersOf(result)).toEqual([-4, 23, -35, 40, -5, -33, 52, -30, -14, 28, -7, -5])
  })
  it('refuses to resize images to three numbers', () => {
    const call = (size: never): unknown => resize2d(input('x', [1, 1, 3, 3]), size).node.fault?.message
    expect(Reflect.apply(call, undefined, [[2, 2, 2]])).toBe(
      'resize2d: the size is [height,width], got 3 numbers',
    )
  })

  it('and refuses a padding of three numbers', () => {
    const call = (options: never): unknown =>
      conv2d(input('x', [1, 1, 3, 3]), input('k', [1, 1, 2, 2]), options).node.fault?.message
    expect(Reflect.apply(call, undefined, [{ padding: [2, 2, 2] }])).toBe(
      'conv2d: a stride, padding or dilation is one number, or [height, width], got [2,2,2]',
    )
  })
  it('of signals', () =>
    expect(
      numbersOf(
        conv1d(constant([1, 2, 6], numbers(12)), constant([2, 2, 3], numbers(12)), { stride: 2, padding: 1 }),
      ),
    ).toEqual([-10, -37, 12, -12, -23, 67]))
  it('transposed', () => {
    const result = convTranspose2d(constant([1, 2, 2, 2], numbers(8)), constant([2, 3, 2, 3], numbers(36)), {
      stride: [2, 1],
      padding: [0, 1],
      outputPadding: [1, 0],
    })
    expect(numbersOf(result)).toEqual([
      -24, 29, 3, 34, -45, 26, 3, 19, 0, 0, 19, 6, 24, 11, 40, 12, 33, 5, 0, 0, 29, -39, 34, -34, 26, -24, 19,
      -31, 0, 0,
    ])
  })
  it('transposed in groups', () => {
    const result = convTranspose2d(constant([1, 4, 2, 2], numbers(16)), constant([4, 1, 2, 2], numbers(16)), {
      stride: 2,
      groups: 2,
      dilation: [1, 2],
      padding: 1,
    })
    expectClose(numbersOf(result), [0, -41, 0, 0, -41, 0, 0, 9, 0, 0, 9, 0])
  })
})

describe('pooling has the numbers of PyTorch', () => {
  const x = sub(constant([1, 1, 5, 5], numbers(25)), 6)
  it('of the largest: padding is not among them', () =>
    expect(numbersOf(maxPool2d(x, 3, { stride: 2, padding: 1 }))).toEqual([
      -2, -1, -1, -2, -2, -1, -3, -2, -4,
    ]))
  it('of the mean: padding counts', () =>
    expectClose(
      numbersOf(avgPool2d(x, 3, { stride: 2, padding: 1 })),
      [-26, -31, -19, -43, -58, -38, -24, -39, -28].map((nine) => nine / 9),
    ))
  it('of windows that do not overlap', () =>
    expect(numbersOf(maxPool2d(constant([1, 1, 2, 6], numbers(12)), [2, 3]))).toEqual([4, 5]))
})

describe('resizing has the numbers of PyTorch', () => {
  it('between pixels, larger and smaller', () => {
    expectClose(
      numbersOf(resize2d(constant([1, 1, 2, 3], numbers(6)), [4, 5], { method: 'bilinear' })),
      [
        -5, -2.2, 2, -0.4, -2, -2.5, -0.8, 1.75, -0.65, -2.25, 2.5, 2, 1.25, -1.15, -2.75, 5, 3.4, 1, -1.4,
        -3,
      ],
    )
    expectClose(numbersOf(resize2d(constant([1, 1, 4, 5], numbers(20)), [2, 3], { method: 'bilinear' })), [
      -5 / 3,
      -1,
      1.5,
      -4 / 3,
      3,
      0,
    ])
  })
  it('by the nearest pixel', () =>
    expect(numbersOf(resize2d(constant([1, 1, 4, 5], numbers(20)), [8, 3]))).toEqual([
      -5, 2, 5, -5, 2, 5, -3, 4, -4, -3, 4, -4, -1, -5, -2, -1, -5, -2, 1, -3, 0, 1, -3, 0,
    ]))
  it('along symbols that only the run knows', () => {
    const x = input('x', ['B', 1, 'H', 2])
    const values = { x: f32([1, 1, 2, 2], [1, 2, 3, 4]) }
    expectClose(numbersOf(resize2d(x, ['H', 3], { method: 'bilinear' }), values), [1, 1.5, 2, 3, 3.5, 4])
  })
  it('of channels as pixels', () =>
    expect(numbersOf(pixelShuffle(constant([1, 4, 1, 2], numbers(8)), 2))).toEqual([
      -5, -2, 2, 5, 1, 4, -3, 0,
    ]))
})

describe('gradients equal central differences:', () => {
  const x = input('x', [2, 4, 5, 5])
  const values = { x: drawn(1, [2, 4, 5, 5]), k: drawn(2, [4, 2, 3, 3]), d: drawn(3, [4, 1, 3, 3]) }
  /** A scalar whose second derivatives are not 0. */
  const lossOf = <S>(y: Tensor<S>): Tensor<[]> => sum(mul(tanh(y), y))

  it('of convolutions in groups and depthwise', () => {
    const k = input('k', [4, 2, 3, 3])
    expectGradients(lossOf(conv2d(x, k, { groups: 2, stride: 2, padding: 1 })), ['x', 'k'], values, 1e-6)
    const d = input('d', [4, 1, 3, 3])
    expectGradients(lossOf(conv2d(x, d, { groups: 4, dilation: 2, padding: 2 })), ['x', 'd'], values, 1e-6)
  })
  it('of the gradients of a depthwise convolution', () => {
    const d = input('d', [4, 1, 3, 3])
    const loss = lossOf(conv2d(x, d, { groups: 4, padding: 'same' }))
    expectGradients(sum(mul(gradient(loss, d), gradient(loss, d))), ['x', 'd'], values, 1e-5)
  })
  it('of transposed convolutions', () => {
    const k = input('k', [4, 2, 3, 3])
    expectGradients(lossOf(convTranspose2d(x, k, { stride: 2, groups: 2 })), ['x', 'k'], values, 1e-6)
  })
  it('of pooling and resizing', () => {
    expectGradients(lossOf(maxPool2d(x, 3, { stride: 2, padding: 1 })), ['x'], values, 1e-6)
    expectGradients(lossOf(avgPool2d(x, [3, 2], { stride: [2, 1] })), ['x'], values, 1e-6)
    expectGradients(lossOf(resize2d(x, [7, 3], { method: 'bilinear' })), ['x'], values, 1e-6)
    expectGradients(lossOf(resize2d(x, [10, 3])), ['x'], values, 1e-6)
  })
})
