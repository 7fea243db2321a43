import { describe, expect, it } from 'vitest'
import {
  add,
  cast,
  constant,
  cummax,
  cumprod,
  cumsum,
  exp,
  gradient,
  input,
  iota,
  linearRecurrence,
  logCumSumExp,
  mul,
  sum,
} from '../../src/dsl/index.js'
import type { Tensor } from '../../src/dsl/index.js'
import { expectClose, expectGradients, f32, i32, numbersOf } from '../support/evaluation.js'

const x = input('x', [2, 3])
const values = { x: f32([2, 3], [1, 2, 3, 40, 50, 60]) }

/** A scalar that depends on each element in its own way, and is curved in it. */
const loss = <S>(y: Tensor<S>): Tensor<[]> => sum(mul(mul(y, y), y))

/** Expects first and second derivatives of a function of `x` to equal central differences. */
const expectDerivatives = (of: (x: Tensor<[5]>) => Tensor<[5]>, numbers: readonly number[]): void => {
  const v = input('v', [5])
  const given = { v: f32([5], numbers) }
  const first = loss(of(v))
  expectGradients(first, ['v'], given)
  const weights = add(cast(iota([5], 0), 'f32'), 1)
  expectGradients(sum(mul(gradient(first, v), weights)), ['v'], given, 1e-5)
}

describe('cumsum', () => {
  it('adds along an axis', () => {
    expect(numbersOf(cumsum(x, 1), values)).toEqual([1, 3, 6, 40, 90, 150])
    expect(numbersOf(cumsum(x, 0), values)).toEqual([1, 2, 3, 41, 52, 63])
  })

  it('begins at the end with reverse', () =>
    expect(numbersOf(cumsum(x, -1, { reverse: true }), values)).toEqual([6, 5, 3, 150, 110, 60]))

  it('leaves out the own element with exclusive', () => {
    expect(numbersOf(cumsum(x, 1, { exclusive: true }), values)).toEqual([0, 1, 3, 0, 40, 90])
    expect(numbersOf(cumsum(x, 1, { exclusive: true, reverse: true }), values)).toEqual([5, 3, 0, 110, 60, 0])
  })

  it('wraps integers around', () =>
    expect(numbersOf(cumsum(input('n', [2], 'i32'), 0), { n: i32([2], [2 ** 31 - 1, 1]) })).toEqual([
      2 ** 31 - 1,
      -(2 ** 31),
    ]))

  it('has right derivatives', () => {
    expectDerivatives((v) => cumsum(v, 0, { exclusive: true }), [1, -2, 0, 3, 0.5])
    expectDerivatives((v) => cumsum(v, 0, { reverse: true }), [1, -2, 0, 3, 0.5])
  })
})

describe('cumprod', () => {
  it('multiplies along an axis', () => {
    expect(numbersOf(cumprod(x, 1), values)).toEqual([1, 2, 6, 40, 2000, 120000])
    expect(numbersOf(cumprod(x, 1, { reverse: true }), values)).toEqual([6, 6, 3, 120000, 3000, 60])
  })

  it('has the empty product 1 first with exclusive', () => {
    expect(numbersOf(cumprod(x, 1, { exclusive: true }), values)).toEqual([1, 1, 2, 1, 40, 2000])
    expect(numbersOf(cumprod(x, 1, { exclusive: true, reverse: true }), values)).toEqual([
      6, 3, 1, 3000, 60, 1,
    ])
  })

  it('has right derivatives, at zeros as well', () => {
    expectDerivatives((v) => cumprod(v, 0), [0.5, -1, 0.8, 1.2, -0.7])
    expectDerivatives((v) => cumprod(v, 0), [0.5, 0, 0.8, 0, -0.7])
    expectDerivatives((v) => cumprod(v, 0, { exclusive: true, reverse: true }), [0.5, 0, 0.8, 0, -0.7])
  })
})

describe('cummax', () => {
  const v = constant([5], [1, 3, 2, 3, 5])
  it('keeps the largest so far', () => {
    expect(numbersOf(cummax(v, 0))).toEqual([1, 3, 3, 3, 5])
    expect(numbersOf(cummax(v, 0, { reverse: true }))).toEqual([5, 5, 5, 5, 5])
  })

  it('is NaN from the first NaN on', () =>
    expect(numbersOf(cummax(constant([3], [1, Number.NaN, 9]), 0))).toEqual([1, Number.NaN, Number.NaN]))

  it('gives the gradient to the element that is the maximum, the latest of equal ones', () => {
    const w = input('w', [5])
    const given = { w: f32([5], [1, 3, 2, 3, 5]) }
    expect(numbersOf(gradient(sum(cummax(w, 0)), w), given)).toEqual([1, 2, 0, 1, 1])
    expect(numbersOf(gradient(sum(cummax(w, 0, { reverse: true })), w), given)).toEqual([0, 0, 0, 0, 5])
  })

  it('has right derivatives', () => expectDerivatives((u) => cummax(u, 0), [1, -2, 4, 3, 5]))
})

describe('logCumSumExp', () => {
  const plain = (v: Tensor<[5]>): Tensor<[5]> => logCumSumExp(v, 0)

  it('is the logarithm of the cumulative sum of exponentials', () =>
    expectClose(
      numbersOf(exp(logCumSumExp(x, 1)), { x: f32([2, 3], [0, 1, -1, 2, 0.5, 0]) }),
      numbersOf(cumsum(exp(x), 1), { x: f32([2, 3], [0, 1, -1, 2, 0.5, 0]) }),
    ))

  it('keeps small elements before large ones, and overflows for none', () =>
    expectClose(numbersOf(logCumSumExp(constant([4], [-1000, -1000, 1000, 1000]), 0)), [
      -1000,
      -1000 + Math.LN2,
      1000,
      1000 + Math.LN2,
    ]))

  it('is -Infinity as long as all elements are, with a gradient of 0 there', () => {
    const v = input('v', [3])
    const given = { v: f32([3], [-Infinity, -Infinity, 2]) }
    expect(numbersOf(logCumSumExp(v, 0), given)).toEqual([-Infinity, -Infinity, 2])
    expect(numbersOf(gradient(sum(logCumSumExp(v, 0)), v), given)).toEqual([0, 0, 1])
  })

  it('holds after a least element that is far below zero', () =>
    expect(numbersOf(logCumSumExp(constant([3], [-Infinity, -2000, -1000]), 0))).toEqual([
      -Infinity,
      -2000,
      -1000,
    ]))

  it('has right derivatives, where elements are equal as well', () => {
    expectDerivatives(plain, [0.3, -1, 2, 0.1, 1])
    expectDerivatives(plain, [1, 1, 0, 1, 1])
    expectDerivatives((v) => logCumSumExp(v, 0, { reverse: true }), [0.3, -1, 2, 0.1, 1])
  })
})

describe('linearRecurrence', () => {
  it('multiplies what it holds by a decay and adds an element', () => {
    const [decay, added] = [constant([4], [9, 0.5, 2, 0]), constant([4], [1, 2, 3, 4])]
    expect(numbersOf(linearRecurrence(decay, added, 0))).toEqual([1, 2.5, 8, 4])
    expect(numbersOf(linearRecurrence(decay, added, 0, { reverse: true }))).toEqual([68.5, 7.5, 11, 4])
  })
})
