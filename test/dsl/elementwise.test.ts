/** Functions of every element: numbers of PyTorch 2.15 (float64), and gradients at special points. */
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../src/dsl/index.js'
import {
  ceil,
  clip,
  constant,
  elu,
  expm1,
  gelu,
  gradient,
  hardtanh,
  input,
  isFinite,
  isNaN,
  leakyRelu,
  log1p,
  logSigmoid,
  mod,
  round,
  silu,
  softplus,
  sum,
} from '../../src/dsl/index.js'
import { expectClose, f32, numbersOf } from '../support/evaluation.js'

const points = [-25, -3, -1, -0.5, 0, 0.5, 1, 3, 25]
const x = input('x', [9])
const values = { x: f32([9], points) }

interface Activation {
  readonly name: string
  readonly of: (x: Tensor<[9]>) => Tensor<[9]>
  readonly expected: readonly number[]
  readonly slopes: readonly number[]
}

const activations: readonly Activation[] = [
  {
    name: 'softplus',
    of: softplus,
    expected: [
      1.38879438649e-11,
      0.0485873515737,
      0.313261687518,
      0.47407698418,
      Math.LN2,
      0.97407698418,
      1.31326168752,
      3.04858735157,
      25,
    ],
    slopes: [
      1.38879438648e-11, 0.0474258731776, 0.26894142137, 0.377540668798, 0.5, 0.622459331202, 0.73105857863,
      0.952574126822, 0.999999999986,
    ],
  },
  {
    name: 'silu',
    of: silu,
    expected: [
      -3.47198596619e-10, -0.142277619533, -0.26894142137, -0.188770334399, 0, 0.311229665601, 0.73105857863,
      2.85772238047, 24.9999999997,
    ],
    slopes: [
      -3.3331065275e-10, -0.0881041060152, 0.0723294881285, 0.260038812697, 0.5, 0.739961187303,
      0.927670511871, 1.08810410602, 1.00000000033,
    ],
  },
  {
    name: 'elu with an alpha of 1/2',
    of: (at) => elu(at, { alpha: 0.5 }),
    expected: [-0.499999999993, -0.475106465816, -0.316060279414, -0.196734670144, 0, 0.5, 1, 3, 25],
    slopes: [6.94397193248e-12, 0.0248935341839, 0.183939720586, 0.303265329856, 0.5, 1, 1, 1, 1],
  },
  {
    name: 'leakyRelu with a slope of 0.2',
    of: (at) => leakyRelu(at, { slope: 0.2 }),
    expected: [-5, -0.6, -0.2, -0.1, 0, 0.5, 1, 3, 25],
    slopes: [0.2, 0.2, 0.2, 0.2, 0.2, 1, 1, 1, 1],
  },
  {
    name: 'logSigmoid',
    of: logSigmoid,
    expected: [
      -25,
      -3.04858735157,
      -1.31326168752,
      -0.97407698418,
      -Math.LN2,
      -0.47407698418,
      -0.313261687518,
      -0.0485873515737,
      -1.38879438649e-11,
    ],
    slopes: [
      0.999999999986, 0.952574126822, 0.73105857863, 0.622459331202, 0.5, 0.377540668798, 0.26894142137,
      0.0474258731776, 1.38879438648e-11,
    ],
  },
  {
    name: 'the approximation of gelu by tanh',
    of: (at) => gelu(at, { approximate: 'tanh' }),
    expected: [
      0, -0.00363739208177, -0.158808009392, -0.154285990175, 0, 0.345714009825, 0.841191990608,
      2.99636260792, 25,
    ],
    slopes: [
      0, -0.011584166631, -0.0829640838458, 0.132630096465, 0.5, 0.867369903535, 1.08296408385, 1.01158416663,
      1,
    ],
  },
]

describe('activations have the values and slopes of PyTorch:', () => {
  it.each(activations)('$name', ({ of, expected, slopes }) => {
    expectClose(numbersOf(of(x), values), expected, 1e-11)
    expectClose(numbersOf(gradient(sum(of(x)), x), values), slopes, 1e-11)
  })

  it('the small tails of softplus and logSigmoid keep all their digits', () => {
    const tail = numbersOf(softplus(x), values)[0] ?? 0
    expect(tail / 1.38879438648e-11).toBeCloseTo(1, 10)
    expect((numbersOf(logSigmoid(x), values)[8] ?? 0) / -1.38879438648e-11).toBeCloseTo(1, 10)
  })
})

describe('second derivatives at 0 are those of the function:', () => {
  const curvature = (of: (x: Tensor<[9]>) => Tensor<[9]>): number | undefined =>
    numbersOf(gradient(sum(gradient(sum(of(x)), x)), x), values)[4]
  it('1/4 of softplus, -1/4 of logSigmoid', () => {
    expect(curvature(softplus)).toBe(0.25)
    expect(curvature(logSigmoid)).toBe(-0.25)
  })
  it('alpha of elu, from the left', () => {
    expect(curvature((at) => elu(at, { alpha: 0.5 }))).toBe(0.5)
  })
  it('-1 of log1p and 1 of expm1', () => {
    expect(curvature(log1p)).toBe(-1)
    expect(curvature(expm1)).toBe(1)
  })
})

describe('at infinities', () => {
  const ends = constant([3], [-Infinity, Infinity, Number.NaN])
  it('activations have their limits, and NaN stays', () => {
    expect(numbersOf(softplus(ends))).toEqual([0, Infinity, Number.NaN])
    expect(numbersOf(logSigmoid(ends))).toEqual([-Infinity, -0, Number.NaN])
    expect(numbersOf(elu(ends))).toEqual([-1, Infinity, Number.NaN])
    expectClose(numbersOf(gelu(ends, { approximate: 'tanh' })), [0, Infinity, Number.NaN])
  })
  it('isNaN and isFinite say which numbers they are', () => {
    expect(numbersOf(isNaN(ends))).toEqual([0, 0, 1])
    expect(numbersOf(isFinite(ends))).toEqual([0, 0, 0])
    expect(numbersOf(isFinite(x), values)).toEqual(points.map(() => 1))
  })
})

describe('rounding', () => {
  const halves = constant([6], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
  it('takes halves to the even neighbour, as numpy does', () =>
    expectClose(numbersOf(round(halves)), [-2, -2, 0, 0, 2, 2]))
  it('leaves large numbers and infinities as they are', () =>
    expect(numbersOf(round(constant([3], [2 ** 52 + 1, -Infinity, Infinity])))).toEqual([
      2 ** 52 + 1,
      -Infinity,
      Infinity,
    ]))
  it('has gradient 0', () =>
    expect(numbersOf(gradient(sum(round(x)), x), values)).toEqual(points.map(() => 0)))
  it('upwards is ceil', () => expectClose(numbersOf(ceil(halves)), [-2, -1, 0, 1, 2, 3]))
})

describe('the remainder', () => {
  it('has the sign of the divisor, as in Python, and is exact for large quotients', () => {
    const [a, b] = [
      constant([7], [5.5, -5.5, 5.5, -5.5, 1e8, -1, 0.3]),
      constant([7], [2, 2, -2, -2, 3, Infinity, 0.1]),
    ]
    expect(numbersOf(mod(a, b))).toEqual([1.5, 0.5, -0.5, -1.5, 1, Infinity, 0.09999999999999998])
  })
  it('of integers has it too, and is 0 by 0', () => {
    const [a, b] = [constant([6], [7, -7, 7, -7, 6, 5], 'i32'), constant([6], [3, 3, -3, -3, -3, 0], 'i32')]
    expectClose(numbersOf(mod(a, b)), [1, 2, -2, -1, 0, 0])
  })
  it('has gradient 1 by the dividend, and minus the floor of the quotient by the divisor', () => {
    const [a, b] = [input('a', [4]), input('b', [4])]
    const given = { a: f32([4], [5.5, -5.5, 5.5, -5.5]), b: f32([4], [2, 2, -2, -2]) }
    const total = sum(mod(a, b))
    expect(numbersOf(gradient(total, a), given)).toEqual([1, 1, 1, 1])
    expectClose(numbersOf(gradient(total, b), given), [-2, 3, 3, -2])
  })
})

describe('clip', () => {
  it('bounds from both sides, or from one', () => {
    expectClose(numbersOf(clip(x, { min: -1, max: 2 }), values), [-1, -1, -1, -0.5, 0, 0.5, 1, 2, 2])
    expectClose(numbersOf(clip(x, { max: 0 }), values), [-25, -3, -1, -0.5, 0, 0, 0, 0, 0])
    expect(numbersOf(clip(constant([3], [-4, 0, 4], 'i32'), { min: -1 }))).toEqual([-1, 0, 4])
  })
  it('has gradient 1 between its bounds, 1/2 at them and 0 outside', () =>
    expectClose(numbersOf(gradient(sum(hardtanh(x)), x), values), [0, 0, 0.5, 1, 1, 1, 0.5, 0, 0]))
  it('refuses a min above its max', () =>
    expect(clip(x, { min: 2, max: 1 }).node.fault?.message).toBe('clip: min 2 is above max 1'))
})
