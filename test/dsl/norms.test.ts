import { describe, expect, it } from 'vitest'
import { gradient, input, l2Norm, l2Normalize, sum } from '../../src/dsl/index.js'
import { expectClose, f32, numbersOf } from '../support/evaluation.js'

const x = input('x', ['B', 2])
const values = { x: f32([2, 2], [0, 0, 3, 4]) }

describe('the Euclidean norm, bounded from below,', () => {
  it('is the bound for a row of zeros', () =>
    expectClose(numbersOf(l2Norm(x, { epsilon: 1e-6 }), values), [1e-6, 5]))

  it('has a gradient of 0 with respect to a row of zeros', () =>
    expectClose(numbersOf(gradient(sum(l2Norm(x, { epsilon: 1e-6 })), x), values), [0, 0, 0.6, 0.8]))

  it('has a second derivative of 0 with respect to a row of zeros', () => {
    const slope = gradient(sum(l2Norm(x, { epsilon: 1e-6 })), x)
    expectClose(numbersOf(gradient(sum(slope), x), values).slice(0, 2), [0, 0])
  })

  it('is the plain norm without a bound', () => expectClose(numbersOf(l2Norm(x), values), [0, 5]))
})

describe('normalised rows, with a norm bounded from below,', () => {
  it('leave a row of zeros as it is', () =>
    expectClose(numbersOf(l2Normalize(x, { epsilon: 1e-6 }), values), [0, 0, 0.6, 0.8]))

  it('have a finite gradient with respect to a row of zeros: 1 / epsilon', () => {
    const slopes = numbersOf(gradient(sum(l2Normalize(x, { epsilon: 1e-6 })), x), values)
    expect(slopes[0]).toBeCloseTo(1e6, 3)
    expectClose(slopes.slice(2), [0.032, -0.024])
  })
})
