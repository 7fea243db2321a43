import { describe, expect, test } from 'vitest'
import * as b from '../../../src/dsl/builder.js'
import { errorFunction } from '../../../src/dsl/evaluate/error-function.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import type { Node } from '../../../src/dsl/primitives/primitive.js'
import { gridBits, gridNormal, gridUniform } from '../../../src/values/random-grid.js'
import { evaluateNodes, expectClose, f32, i32, numbersOf } from '../../support/evaluation.js'

const real = (...values: readonly number[]): Node => b.literal(values, [values.length])
const whole = (...values: readonly number[]): Node => b.literal(values, [values.length], 'i32')
const of = (node: Node, values: NamedValues = {}): readonly number[] => numbersOf({ node }, values)
const { NaN: nan } = Number

describe('f32 arithmetic follows IEEE 754:', () => {
  test('arithmetic with NaN gives NaN, and comparisons with NaN are false', () => {
    expect(of(b.maximum(real(nan, 1), real(1, nan)))).toEqual([nan, nan])
    expect(of(b.minimum(real(nan, 1), real(1, nan)))).toEqual([nan, nan])
    expect(of(b.relu(real(nan, -1, 2)))).toEqual([nan, 0, 2])
    expect(of(b.max(real(1, nan, 3), [0]))).toEqual([nan])
    expect(of(b.equal(real(nan), real(nan)))).toEqual([0])
    expect(of(b.lessEqual(real(nan, 1), real(1, nan)))).toEqual([0, 0])
  })

  test('division by zero is infinite, and zero by zero NaN', () => {
    expect(of(b.div(real(1, -1, 0), real(0, 0, 0)))).toEqual([Infinity, -Infinity, nan])
  })

  test('1 to any power is 1, and so is anything to the power of 0', () => {
    expect(of(b.pow(real(1, nan, -1, -2, 0), real(nan, 0, Infinity, 3, -1)))).toEqual([1, 1, 1, -8, Infinity])
  })

  test('sign keeps zero and NaN', () => {
    expect(of(b.sign(real(-3, 0, 5, nan)))).toEqual([-1, 0, 1, nan])
  })
})

describe('i32 arithmetic', () => {
  test('wraps around at 32 bits', () => {
    expect(of(b.add(whole(2 ** 31 - 1), whole(1)))).toEqual([-(2 ** 31)])
    expect(of(b.mul(whole(65_537), whole(65_537)))).toEqual([131_073])
    expect(of(b.neg(whole(-(2 ** 31))))).toEqual([-(2 ** 31)])
    expect(of(b.sum(whole(2 ** 31 - 1, 2 ** 31 - 1), [0]))).toEqual([-2])
  })

  test('divides toward zero', () => {
    expect(of(b.div(whole(7, -7, 7, -7), whole(2, 2, -2, -2)))).toEqual([3, -3, -3, 3])
  })

  test('truncates when f32 is cast to it', () => {
    expect(of(b.cast(real(1.9, -1.9, nan), 'i32'))).toEqual([1, -1, 0])
    expect(of(b.cast(real(0.1, 0, -3), 'bool'))).toEqual([1, 0, 1])
  })
})

describe('for tensors without elements', () => {
  const none = b.full([2, 0], 0)
  test('the sum is 0, the mean NaN, the largest -infinity', () => {
    expect(of(b.sum(none, [1]))).toEqual([0, 0])
    expect(of(b.mean(none, [1]))).toEqual([nan, nan])
    expect(of(b.max(none, [1]))).toEqual([-Infinity, -Infinity])
    expect(of(b.logSumExp(none, [1]))).toEqual([-Infinity, -Infinity])
    expect(of(b.max(b.full([0], 0, 'i32'), [0]))).toEqual([-(2 ** 31)])
  })

  test('a matrix product is a matrix of zeros', () => {
    expect(of(b.matmul(none, b.full([0, 2], 0)))).toEqual([0, 0, 0, 0])
  })
})

test('erf equals that of the C library to 15 digits', () => {
  const known: readonly (readonly [number, number])[] = [
    [1e-300, 1.1283791670955126e-300],
    [1e-8, 1.1283791670955126e-8],
    [0.03, 0.03384122234173543],
    [0.25, 0.2763263901682369],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [2, 0.9953222650189527],
    [2.4, 0.999311486103355],
    [2.499999, 0.9995930458042653],
    [2.5, 0.999593047982555],
    [2.6, 0.9997639655834707],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [5, 0.9999999999984626],
    [6.5, 1],
    [Infinity, 1],
  ]
  for (const [x, expected] of known) {
    expect(Math.abs(errorFunction(x) / expected - 1)).toBeLessThan(1e-15)
    expect(errorFunction(-x)).toBe(-errorFunction(x))
  }
  expect(errorFunction(nan)).toBeNaN()
})

test('softmax and logSumExp of large logits neither overflow nor vanish', () => {
  expectClose(of(b.logSumExp(real(1000, 1000), [0])), [1000 + Math.LN2])
  expectClose(of(b.softmax(real(1000, 999, -1000), 0)), [1 / (1 + Math.exp(-1)), 1 / (1 + Math.E), 0])
  expectClose(of(b.logSoftmax(real(0, -Infinity), 0)), [0, -Infinity])
})

test('argMax and topK take the first of equal elements, and NaN before all others', () => {
  expect(of(b.argMax(real(1, 3, 3), 0))).toEqual([1])
  expect(of(b.argMax(real(1, nan, nan, 3), 0))).toEqual([1])
  expect(of(b.topK(real(2, 5, 2, 5, nan), 0, 4))).toEqual([4, 1, 3, 0])
})

test('topK ranks along any axis', () => {
  expect(of(b.topK(b.literal([1, 6, 3, 2, 5, 4], [3, 2]), 0, 2))).toEqual([2, 0, 1, 2])
})

test('an operand is stretched along axes of size 1', () => {
  expect(of(b.sub(b.literal([10, 20], [2, 1]), real(1, 2, 3)))).toEqual([9, 8, 7, 19, 18, 17])
})

test('matmul multiplies a batch by one matrix, and two batches pair by pair', () => {
  const a = b.literal([1, 2, 3, 4], [2, 1, 2])
  expect(of(b.matmul(a, b.literal([1, 10], [2, 1])))).toEqual([21, 43])
  expect(of(b.matmul(a, b.literal([1, 10, 100, 1000], [2, 2, 1])))).toEqual([21, 4300])
})

test('conv2d moves its kernel by the stride, over a padding of zeros', () => {
  const image = b.literal([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3])
  const steps = { dilation: [1, 1], inputDilation: [1, 1] } as const
  const convolved = b.conv2d(image, b.literal([1, 10, 100, 1000], [1, 1, 2, 2]), {
    ...steps,
    stride: [2, 1],
    padding: [
      [1, 0],
      [0, 1],
    ],
  })
  expect(convolved.shape).toEqual([1, 1, 2, 3])
  expect(of(convolved)).toEqual([2100, 3200, 300, 8754, 9865, 906])
})

test('gather replaces an axis by the axes of its ids, and scatterAdd brings back the sums', () => {
  const table = b.literal([1, 2, 3, 4, 5, 6], [2, 3])
  const ids = b.literal([2, 0, 2, 2], [2, 2], 'i32')
  const gathered = b.gather(table, ids, 1)
  expect(gathered.shape).toEqual([2, 2, 2])
  expect(of(gathered)).toEqual([3, 1, 3, 3, 6, 4, 6, 6])
  expect(of(b.scatterAdd(gathered, ids, 1, 3))).toEqual([1, 0, 9, 4, 0, 18])
})

test('layout primitives move elements and change none', () => {
  const x = b.literal([1, 2, 3, 4, 5, 6], [2, 3])
  expect(of(b.transpose(x, [1, 0]))).toEqual([1, 4, 2, 5, 3, 6])
  expect(of(b.slice(x, 1, 1, 2))).toEqual([2, 3, 5, 6])
  expect(of(b.pad(x, 0, 1, 0, -1))).toEqual([-1, -1, -1, 1, 2, 3, 4, 5, 6])
  expect(of(b.concat([x, b.literal([7, 8], [2, 1])], 1))).toEqual([1, 2, 3, 7, 4, 5, 6, 8])
  expect(of(b.iota([2, 3], 1))).toEqual([0, 1, 2, 0, 1, 2])
})

test('random primitives give the numbers of the random grid', () => {
  const key = { key: i32([2], [7, -9]) }
  const node = b.input('key', [2], 'i32')
  expect(of(b.randomBits(node, [2, 2]), key)).toEqual([...gridBits([7, -9], 4)])
  expect(of(b.randomUniform(node, [3]), key)).toEqual([...gridUniform([7, -9], 3)])
  expect(of(b.randomNormal(node, [3]), key)).toEqual([...gridNormal([7, -9], 3)])
})

test('f32 values are held in double precision', () => {
  expect(evaluateNodes({ x: b.add(b.input('x', []), b.scalar(1e-12)) }, { x: f32([], [1]) }).x.data).toEqual(
    Float64Array.of(1 + 1e-12),
  )
})
