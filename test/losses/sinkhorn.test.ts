import { describe, expect, it } from 'vitest'
import { gradient, gradients, hessian, input, sum, mul } from '../../src/dsl/index.js'
import { sinkhorn, transportPlan } from '../../src/losses/index.js'
import { drawn, expectClose, expectGradients, f32, numberOf, numbersOf } from '../support/evaluation.js'

const [x, y] = [input('x', ['N', 2]), input('y', ['M', 2])]
const cost = input('cost', ['N', 'M'])
const filled = (rows: number, element: (i: number) => number) =>
  f32(
    [rows, 2],
    Array.from({ length: 2 * rows }, (_, i) => element(i)),
  )
const values = {
  x: filled(4, (i) => (((7 * i) % 11) - 5) / 4),
  y: filled(3, (i) => (((5 * i) % 7) - 3) / 3),
}
const exact = { tolerance: 1e-13, bound: 3000 } as const

describe('the Sinkhorn divergence', () => {
  // The same iterations 5,000 times in PyTorch, float64; gradients of the primal objective with the plan fixed.
  it.each([
    {
      epsilon: 0.1,
      biased: 0.4071183007561214,
      debiased: 0.28305451659652514,
      ofX: [
        -0.13804580980276984, 0.06063247962345219, -0.050824403812466876, 0.18105285501901705,
        0.06316006104168807, -0.020173268601331854, 0.0007101525735488502, -0.0826231771522492,
      ],
      ofY: [
        -0.03633080746816305, -0.06410930889798522, 0.03428005356936835, -0.080006680927333,
        0.12705075389879447, 0.005227100936430037,
      ],
    },
    {
      epsilon: 1,
      biased: 0.8160301219670847,
      debiased: 0.06895854165533172,
      ofX: [
        -0.05868913129611973, 0.07680933881921514, -0.07236409427711943, 0.11038153201659631,
        0.021680378231372574, -0.007774031009813137, -0.015627152658133428, -0.040527950937109355,
      ],
      ofY: [
        0.04346488836516686, -0.10595616766261035, 0.005917185632061402, -0.03482826177388704,
        0.07561792600277176, 0.0018955405476083764,
      ],
    },
  ])('at ε = $epsilon has the values and gradients of PyTorch', ({ epsilon, biased, debiased, ofX, ofY }) => {
    const options = { ...exact, epsilon }
    expectClose([numberOf(sinkhorn(x, y, { ...options, debiased: false }), values)], [biased])
    const loss = sinkhorn(x, y, options)
    expectClose([numberOf(loss, values)], [debiased])
    const slopes = gradients(loss, { x, y })
    expectClose(numbersOf(slopes.x, values), ofX, 1e-9)
    expectClose(numbersOf(slopes.y, values), ofY, 1e-9)
  })

  it('is within its tolerance with the default settings', () => {
    const loose = numberOf(sinkhorn(x, y, { epsilon: 0.1 }), values)
    expectClose([loose], [0.28305451659652514], 1e-4)
  })

  it('is the cost of the best assignment where ε is small', () => {
    const line = { x: f32([3, 2], [0, 0, 1, 0, 5, 0]), y: f32([3, 2], [5, 1, 0, 1, 1, 1]) }
    // Each point goes up by 1: half a squared distance of 1.
    expectClose([numberOf(sinkhorn(x, y, { ...exact, epsilon: 0.01 }), line)], [0.5], 1e-6)
  })

  it('has second derivatives, also where the first iteration is the last', () => {
    const [a, b] = [input('a', [2, 1]), input('b', [2, 1])]
    const options = { ...exact, epsilon: 1 }
    // Symmetric points: the potentials are constant from the first iteration on.
    const given = { a: f32([2, 1], [0, 1]), b: f32([2, 1], [1, 0]) }
    const curvature = numbersOf(
      hessian((at) => sinkhorn(at, b, options), a),
      given,
    )
    const slope = (moved: number): readonly number[] =>
      numbersOf(gradient(sinkhorn(a, b, options), a), { ...given, a: f32([2, 1], [moved, 1]) })
    const [up, down] = [slope(1e-4), slope(-1e-4)]
    expectClose(
      curvature.slice(0, 2),
      up.map((each, i) => (each - (down[i] ?? NaN)) / 2e-4),
      1e-6,
    )
  })

  it('refuses an ε that is not above 0', () =>
    expect(sinkhorn(x, y, { epsilon: 0 }).node.fault?.message).toBe(
      'sinkhorn: epsilon is 0, but it must be a finite number above 0',
    ))
})

describe('a transport plan', () => {
  const given = { cost: drawn(1, [3, 4]) }
  const options = { ...exact, epsilon: 0.5 }

  it('has rows of mass 1/N and columns of mass 1/M', () => {
    const plan = transportPlan(cost, options)
    expectClose(numbersOf(sum(plan, 1), given), Array(3).fill(1 / 3))
    expectClose(numbersOf(sum(plan, 0), given), Array(4).fill(1 / 4))
  })

  it('has the gradient of central differences', () => {
    const weights = input('weights', ['N', 'M'])
    const loss = sum(mul(transportPlan(cost, options), weights))
    expectGradients(loss, ['cost'], { ...given, weights: drawn(2, [3, 4]) })
  })

  it('has rows of the right mass after a single iteration', () =>
    expectClose(
      numbersOf(sum(transportPlan(cost, { epsilon: 0.5, bound: 1 }), 1), given),
      Array(3).fill(1 / 3),
    ))

  it('stays finite where costs are huge', () => {
    const huge = { cost: f32([2, 2], [0, 1e4, 1e4, 1e-3]) }
    expectClose(numbersOf(transportPlan(cost, { epsilon: 0.01 }), huge), [0.5, 0, 0, 0.5])
  })
})
