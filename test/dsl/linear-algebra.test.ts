import { describe, expect, it } from 'vitest'
import {
  add,
  cholesky,
  gradients,
  input,
  log,
  diagonal,
  matmul,
  mul,
  gradient,
  solve,
  sum,
  transposeLast,
  triangularSolve,
  vmap,
} from '../../src/dsl/index.js'
import type { Tensor } from '../../src/dsl/index.js'
import { drawn, expectClose, expectGradients, f32, numbersOf } from '../support/evaluation.js'

const a = input('a', ['B', 3, 3])
const right = input('right', ['B', 3, 2])
const definite = f32([2, 3, 3], [4, 1, -2, 1, 3, 0.5, -2, 0.5, 6, 2, 0, 0, 0, 5, 1, 0, 1, 1])
const general = f32([2, 3, 3], [0, 2, 1, 3, -1, 4, 1, 1, 0.5, 1e-9, 1, 2, 1, 1, -1, 3, 2, 1])
const sides = f32([2, 3, 2], [1, 0, 2, -1, 0, 3, 1, 2, 3, 4, 5, 6])
const weights = input('weights', ['B', 3, 2])

/** A different weight for each element, so that a gradient in the wrong place shows. */
const weighted = (x: Tensor<['B', 3, 2]>): Tensor<[]> => sum(mul(x, weights))
const given = { right: sides, weights: drawn(1, [2, 3, 2]) }

describe('cholesky', () => {
  it('gives the factors of numpy', () =>
    expectClose(numbersOf(cholesky(a), { a: definite }), [
      2.0,
      0.0,
      0.0,
      0.5,
      1.6583123951777,
      0.0,
      -1.0,
      0.6030226891555273,
      2.15322168769582,
      Math.SQRT2,
      0.0,
      0.0,
      0.0,
      2.23606797749979,
      0.0,
      0.0,
      0.4472135954999579,
      0.8944271909999159,
    ]))

  it('has the gradient of central differences, for matrices that are not symmetric too', () => {
    const loss = sum(mul(cholesky(a), input('w', ['B', 3, 3])))
    expectGradients(loss, ['a'], { a: definite, w: drawn(2, [2, 3, 3]) })
    const skewed = f32(
      [2, 3, 3],
      [...definite.data].map((x, i) => x + (i % 3) / 10),
    )
    expectGradients(loss, ['a'], { a: skewed, w: drawn(2, [2, 3, 3]) })
  })

  it('has second derivatives', () => {
    // ln det A = 2 Σ ln diag L: its gradient is the inverse, whose gradient is known.
    const logDeterminant = mul(sum(log(diagonal(cholesky(a)))), 2)
    const inverse = gradient(logDeterminant, a)
    expectClose(
      numbersOf(matmul(inverse, a), { a: definite }),
      [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1],
    )
    expectGradients(sum(mul(inverse, input('w', ['B', 3, 3]))), ['a'], {
      a: definite,
      w: drawn(3, [2, 3, 3]),
    })
  })

  it('is NaN for a matrix that is not positive definite', () =>
    expect(numbersOf(cholesky(input('m', [1, 1])), { m: f32([1, 1], [-1]) })).toEqual([NaN]))

  it('of one number is its root, and of no rows is empty', () => {
    expectClose(numbersOf(cholesky(input('m', [1, 1])), { m: f32([1, 1], [9]) }), [3])
    expect(numbersOf(cholesky(input('m', ['N', 'N'])), { m: f32([0, 0], []) })).toEqual([])
  })
})

describe('triangularSolve', () => {
  it('gives the solutions of scipy, and reads one triangle alone', () => {
    const [m, r] = [input('m', [3, 3]), input('r', [3, 2])]
    const one = {
      m: f32([3, 3], [...definite.data.slice(0, 9)]),
      r: f32([3, 2], [...sides.data.slice(0, 6)]),
    }
    expectClose(
      numbersOf(triangularSolve(m, r), one),
      [0.25, 0.0, 0.5833333333333333, -0.3333333333333333, 0.034722222222222224, 0.5277777777777777],
    )
    expectClose(
      numbersOf(triangularSolve(m, r, { lower: false }), one),
      [0.08333333333333334, 0.35416666666666663, 0.6666666666666666, -0.41666666666666663, 0.0, 0.5],
    )
  })

  it.each([true, false])('has the gradient of central differences, and its own (lower: %s)', (lower) => {
    const loss = weighted(triangularSolve(a, right, { lower }))
    expectGradients(loss, ['a', 'right'], { ...given, a: definite })
    const slopes = gradients(loss, { a, right })
    const again = add(sum(mul(slopes.a, slopes.a)), sum(mul(slopes.right, slopes.right)))
    expectGradients(again, ['a', 'right'], { ...given, a: definite })
  })
})

describe('solve', () => {
  it('gives the solutions of numpy, where pivots are 0 or tiny too', () =>
    expectClose(
      numbersOf(solve(a, right), { a: general, right: sides }),
      [
        -0.4999999999999999, 3.0, 0.05555555555555558, 1.1111111111111112, 0.8888888888888888,
        -2.2222222222222223, 0.50000000025, 0.0, 1.9999999996666666, 3.333333333333333, -0.5000000000833333,
        -0.6666666666666665,
      ],
    ))

  it('has the gradient of central differences, and its own', () => {
    const loss = weighted(solve(a, right))
    expectGradients(loss, ['a', 'right'], { ...given, a: general }, 1e-6)
    const slopes = gradients(loss, { a, right })
    const again = add(sum(mul(slopes.a, slopes.a)), sum(mul(slopes.right, slopes.right)))
    expectGradients(again, ['a', 'right'], { ...given, a: definite }, 1e-6)
  })

  it('is batched by vmap', () => {
    const both = vmap((m, r) => solve(matmul(m, transposeLast(m)), r), a, right)
    const whole = solve(matmul(a, transposeLast(a)), right)
    const values = { a: definite, right: sides }
    expectClose(numbersOf(both, values), numbersOf(whole, values))
    expectClose(
      numbersOf(gradient(sum(mul(both, both)), a), values),
      numbersOf(gradient(sum(mul(whole, whole)), a), values),
    )
  })
})
