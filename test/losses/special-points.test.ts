/** Losses and both of their derivatives where a formula that is written down carelessly is NaN, or has a wrong slope. */
import { describe, expect, it } from 'vitest'
import type { Tensor, TensorValue } from '../../src/dsl/index.js'
import { gradient, input, mul, square, sum } from '../../src/dsl/index.js'
import {
  batchHardTripletLoss,
  binaryCrossEntropy,
  binaryFocalLoss,
  coral,
  crossEntropy,
  diceLoss,
  focalLoss,
  hingeLoss,
  huberLoss,
  infoNCE,
  maximumMeanDiscrepancy,
  multiMarginLoss,
  tripletLoss,
} from '../../src/losses/index.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { drawn, expectClose, expectGradients, f32, i32, numberOf, numbersOf } from '../support/evaluation.js'

const far = 1e4
const logits = input('logits', ['B', 'K'])
const labels = input('labels', ['B'], 'i32')
const [x, y] = [input('x', ['N', 'D']), input('y', ['M', 'D'])]
const same = input('same', ['N', 'D'])

const zeros = (count: number): readonly number[] => Array.from({ length: count }, () => 0)

/** The derivative of half the squared gradient: a second derivative, times the gradient. */
const expectSecondGradient = <S>(loss: Tensor<[]>, by: Tensor<S>, name: string, values: NamedValues): void =>
  expectGradients(mul(sum(square(gradient(loss, by))), 0.5), [name], values, 1e-6)

/** The derivative of the sum of the gradient. */
const slopesOfSlopes = <S>(loss: Tensor<[]>, by: Tensor<S>, values: NamedValues): readonly number[] =>
  numbersOf(gradient(sum(gradient(loss, by)), by), values)

const row = (numbers: readonly number[], label: number): { logits: TensorValue; labels: TensorValue } => ({
  logits: f32([1, numbers.length], numbers),
  labels: i32([1], [label]),
})

describe('cross entropy with label smoothing', () => {
  const loss = crossEntropy(logits, labels, { labelSmoothing: 0.2 })

  it('is ln K where all logits are equal, whatever the smoothing', () =>
    expectClose([numberOf(loss, row([7, 7, 7], 1))], [Math.log(3)]))

  it('has a gradient of 0 where the probabilities are the smoothed target', () =>
    expectClose(numbersOf(gradient(loss, logits), row([Math.log(0.9), Math.log(0.1)], 0)), [0, 0]))

  it('is exact for logits of ±1e4', () => expectClose([numberOf(loss, row([far, -far], 0))], [0.1 * 2 * far]))

  it('is infinite where a class is masked, and without smoothing it is not', () => {
    expect(numberOf(loss, row([0, -Infinity], 0))).toBe(Infinity)
    expectClose([numberOf(crossEntropy(logits, labels), row([0, -Infinity], 0))], [0])
  })

  it('counts 0 for a row whose label is no class, with a masked class, too', () => {
    expect(numberOf(loss, row([0, -Infinity], 2))).toBe(0)
    expectClose(numbersOf(gradient(loss, logits), row([3, 1], -1)), [0, 0])
  })

  it('has the second derivative of central differences', () =>
    expectSecondGradient(loss, logits, 'logits', { logits: drawn(3, [2, 3]), labels: i32([2], [0, 2]) }))
})

describe('binary cross entropy', () => {
  const loss = binaryCrossEntropy(x, same)
  const at = (logit: number, target: number): NamedValues => ({
    x: f32([1, 1], [logit]),
    same: f32([1, 1], [target]),
  })

  it('is exact for logits of ±1e4, and so are both derivatives', () => {
    expectClose([numberOf(loss, at(far, 1)), numberOf(loss, at(-far, 1))], [0, far])
    expectClose(numbersOf(gradient(loss, x), at(-far, 1)), [-1])
    expectClose(slopesOfSlopes(loss, x, at(far, 1)), [0])
  })

  it('has a gradient of 0 where the probability is the target, and a curvature of p (1 - p)', () => {
    expectClose(numbersOf(gradient(loss, x), at(0, 0.5)), [0])
    expectClose(slopesOfSlopes(loss, x, at(0, 0.5)), [0.25])
  })
})

describe('the focal losses', () => {
  it.each([0, 0.5, 1, 1.5, 2, 5])(
    'are 0 with both derivatives where the prediction is certain and right, for a gamma of %d',
    (gamma) => {
      const loss = focalLoss(logits, labels, { gamma })
      for (const certain of [row([far, -far], 0), row([5], 0)]) {
        const none = zeros(certain.logits.data.length)
        expectClose([numberOf(loss, certain)], [0])
        expectClose(numbersOf(gradient(loss, logits), certain), none)
        expectClose(slopesOfSlopes(loss, logits, certain), none)
      }
      const binary = binaryFocalLoss(x, same, { gamma })
      const certain = { x: f32([1, 2], [far, -far]), same: f32([1, 2], [1, 0]) }
      expectClose([numberOf(binary, certain)], [0])
      expectClose(numbersOf(gradient(binary, x), certain), [0, 0])
      expectClose(slopesOfSlopes(binary, x, certain), [0, 0])
    },
  )

  it.each([0, 0.5, 2])(
    'are as large as the cross entropy where the prediction is certain and wrong, gamma %d',
    (gamma) => {
      expectClose([numberOf(focalLoss(logits, labels, { gamma }), row([far, -far], 1))], [2 * far])
      expectClose(
        [numberOf(binaryFocalLoss(x, same, { gamma }), { x: f32([1, 1], [-far]), same: f32([1, 1], [1]) })],
        [far],
      )
    },
  )

  it.each([0, 0.5, 2])('have the second derivative of central differences, gamma %d', (gamma) => {
    expectSecondGradient(focalLoss(logits, labels, { gamma }), logits, 'logits', {
      logits: drawn(4, [2, 3]),
      labels: i32([2], [0, 2]),
    })
    expectSecondGradient(binaryFocalLoss(x, same, { gamma, alpha: 0.3 }), x, 'x', {
      x: drawn(5, [2, 3]),
      same: f32([2, 3], [0, 1, 1, 0, 0, 1]),
    })
  })

  it('are cross entropies where gamma is 0', () => {
    const values = { logits: drawn(6, [3, 4]), labels: i32([3], [3, 0, 1]) }
    expectClose(
      [numberOf(focalLoss(logits, labels, { gamma: 0 }), values)],
      [numberOf(crossEntropy(logits, labels), values)],
    )
    expectClose(
      [numberOf(binaryFocalLoss(x, same, { gamma: 0 }), { x: f32([1, 1], [0]), same: f32([1, 1], [1]) })],
      [Math.LN2],
    )
  })

  it('count 0 for a row whose label is no class', () =>
    expect(numberOf(focalLoss(logits, labels), row([1, 2], 2))).toBe(0))
})

describe('the Huber loss', () => {
  const loss = huberLoss(x, same, { delta: 2 })
  const at = (...errors: readonly number[]): NamedValues => ({
    x: f32([1, errors.length], errors),
    same: f32([1, errors.length], zeros(errors.length)),
  })

  it('is a parabola at 0: slope 0 there, curvature 1', () => {
    expectClose(numbersOf(gradient(loss, x), at(0)), [0])
    expectClose(slopesOfSlopes(loss, x, at(0)), [1])
  })

  it('has the slope of both of its parts where they meet', () => {
    expectClose([numberOf(loss, at(2))], [2])
    expectClose(numbersOf(gradient(loss, x), at(2, -2)), [1, -1])
  })

  it('has the slope delta and no curvature beyond, for errors of 1e4, too', () => {
    expectClose([numberOf(loss, at(far))], [2 * (far - 1)])
    expectClose(numbersOf(gradient(loss, x), at(-far)), [-2])
    expectClose(slopesOfSlopes(loss, x, at(far)), [0])
  })
})

describe('the hinge losses', () => {
  it('are 0 with a gradient of 0 at the margin itself', () => {
    const binary = hingeLoss(x, same)
    const values = { x: f32([1, 2], [1, -1]), same: f32([1, 2], [1, -1]) }
    expectClose([numberOf(binary, values)], [0])
    expectClose(numbersOf(gradient(binary, x), values), [0, 0])
    for (const power of [1, 2] as const) {
      const multi = multiMarginLoss(logits, labels, { power })
      expectClose([numberOf(multi, row([2, 1, 0], 0))], [0])
      expectClose(numbersOf(gradient(multi, logits), row([2, 1, 0], 0)), [0, 0, 0])
    }
  })

  it('draw classes apart that are tied: by the margin, or by its square', () => {
    expectClose([numberOf(multiMarginLoss(logits, labels, { margin: 3 }), row([1, 1], 0))], [1.5])
    expectClose([numberOf(multiMarginLoss(logits, labels, { margin: 3, power: 2 }), row([1, 1], 0))], [4.5])
  })

  it('are 0 for one class, for a label that is no class, and for masked classes', () => {
    const loss = multiMarginLoss(logits, labels)
    for (const nothing of [row([1], 0), row([0, 0], 2), row([0, 0], -1), row([2, -Infinity], 0)]) {
      expect(numberOf(loss, nothing)).toBe(0)
      expectClose(numbersOf(gradient(loss, logits), nothing), zeros(nothing.logits.data.length))
    }
  })

  it('of power 2 have the second derivative of central differences', () =>
    expectSecondGradient(multiMarginLoss(logits, labels, { power: 2 }), logits, 'logits', {
      logits: drawn(7, [3, 4]),
      labels: i32([3], [0, 3, 2]),
    }))
})

describe('InfoNCE', () => {
  const queries = input('queries', ['B', 'E'])
  const keys = input('keys', ['B', 'E'])

  it('is ln B where all rows are equal, and ln(1 + M) with M such negatives', () => {
    const ones = f32([3, 2], [1, 2, 1, 2, 1, 2])
    expectClose([numberOf(infoNCE(queries, keys), { queries: ones, keys: ones })], [Math.log(3)])
    const withQueue = infoNCE(queries, keys, { negatives: input('queue', ['M', 'E']) })
    const values = { queries: ones, keys: ones, queue: f32([4, 2], [1, 2, 1, 2, 1, 2, 1, 2]) }
    expectClose([numberOf(withQueue, values)], [Math.log(5)])
  })

  it('is 0 for a batch of one', () => {
    const one = { queries: drawn(8, [1, 3]), keys: drawn(9, [1, 3]) }
    expectClose([numberOf(infoNCE(queries, keys), one)], [0])
    expectClose(numbersOf(gradient(infoNCE(queries, keys), queries), one), [0, 0, 0])
  })

  it('has finite gradients where a row is 0', () => {
    const values = { queries: f32([2, 2], [0, 0, 1, 1]), keys: f32([2, 2], [1, 0, 0, 1]) }
    for (const by of [queries, keys]) {
      expect(numbersOf(gradient(infoNCE(queries, keys), by), values).every(Number.isFinite)).toBe(true)
    }
  })

  it('has the second derivative of central differences', () =>
    expectSecondGradient(
      infoNCE(queries, keys, { temperature: 0.5, negatives: input('queue', ['M', 'E']) }),
      queries,
      'queries',
      { queries: drawn(10, [2, 3]), keys: drawn(11, [2, 3]), queue: drawn(12, [3, 3]) },
    ))
})

describe('the Dice loss', () => {
  it('is 0 for an example without foreground that is predicted so, with finite gradients', () => {
    const nothing = { x: f32([1, 3], zeros(3)), same: f32([1, 3], zeros(3)) }
    for (const squared of [false, true]) {
      const loss = diceLoss(x, same, { squared })
      expectClose([numberOf(loss, nothing)], [0])
      expect(numbersOf(gradient(loss, x), nothing).every(Number.isFinite)).toBe(true)
    }
  })

  it('takes one number per example, and images', () => {
    const [p, t] = [input('p', ['B']), input('t', ['B'])]
    const values = { p: f32([2], [1, 0]), t: f32([2], [1, 1]) }
    expectClose([numberOf(diceLoss(p, t), values)], [0.25])
    const [images, masks] = [input('images', ['B', 'K', 4, 4]), input('masks', ['B', 'K', 4, 4])]
    expect(diceLoss(images, masks).node.fault).toBeUndefined()
  })

  it.each([false, true])('has the second derivative of central differences, squared %s', (squared) =>
    expectSecondGradient(diceLoss(x, same, { squared }), x, 'x', {
      x: f32([2, 3], [0, 0.5, 1, 0.2, 0.9, 0]),
      same: f32([2, 3], [0, 1, 1, 0, 1, 0]),
    }),
  )
})

describe('the triplet losses', () => {
  const classes = input('labels', ['N'], 'i32')
  const [anchors, positives, negatives] = [
    input('a', ['B', 'E']),
    input('p', ['B', 'E']),
    input('n', ['B', 'E']),
  ]

  it('have finite gradients, first and second, where rows are equal', () => {
    const point = f32([1, 2], [1, 2])
    for (const margin of [1, 'soft'] as const) {
      const loss = tripletLoss(anchors, positives, negatives, { margin })
      const values = { a: point, p: point, n: point }
      expectClose([numberOf(loss, values)], [margin === 'soft' ? Math.LN2 : 1])
      expectClose(numbersOf(gradient(loss, anchors), values), [0, 0])
      expectClose(slopesOfSlopes(loss, anchors, values), [0, 0])
    }
  })

  it('count 0 for rows without a positive or without a negative', () => {
    const loss = batchHardTripletLoss(x, classes, { margin: 5 })
    for (const alone of [
      [0, 1, 2],
      [0, 0, 0],
    ]) {
      const values = { x: drawn(13, [3, 2]), labels: i32([3], alone) }
      expect(numberOf(loss, values)).toBe(0)
      expectClose(numbersOf(gradient(loss, x), values), zeros(6))
    }
    // Of the three rows, the last is alone in its class: 1 + 1 - 4 and 1 + 1 - 3 are below 0 without more margin.
    const values = { x: f32([3, 1], [0, 1, 4]), labels: i32([3], [0, 0, 1]) }
    expectClose([numberOf(loss, values)], [(5 + 1 - 4 + (5 + 1 - 3) + 0) / 3])
  })

  it('are mined right far from the origin, where squares lose digits', () => {
    const loss = batchHardTripletLoss(x, classes, { margin: 1 })
    const offset = 1e6
    const near = [0, 0.5, 0.25, 2]
    const at = (numbers: readonly number[]) => ({ x: f32([4, 1], numbers), labels: i32([4], [0, 0, 1, 1]) })
    expectClose([numberOf(loss, at(near.map((number) => offset + number)))], [numberOf(loss, at(near))], 1e-9)
  })

  it('have the second derivative of central differences', () =>
    expectSecondGradient(batchHardTripletLoss(x, classes, { margin: 'soft' }), x, 'x', {
      x: drawn(14, [5, 3]),
      labels: i32([5], [0, 1, 0, 1, 1]),
    }))
})

describe('the maximum mean discrepancy', () => {
  const bandwidths = [0.5, 2]
  const biased = maximumMeanDiscrepancy(x, y, { bandwidths })
  const unbiased = maximumMeanDiscrepancy(x, y, { bandwidths, unbiased: true })

  it('is 0 for equal batches, with a gradient of 0', () => {
    const values = { x: drawn(15, [3, 2]), y: drawn(15, [3, 2]) }
    expectClose([numberOf(biased, values)], [0])
    expectClose(numbersOf(gradient(biased, x), values), zeros(6))
  })

  it('is 2 for batches that are far from each other, and each in one point', () =>
    expectClose([numberOf(biased, { x: f32([2, 1], [0, 0]), y: f32([3, 1], [100, 100, 100]) })], [2]))

  it('has both derivatives of central differences where rows are equal', () => {
    const values = { x: f32([3, 2], [1, 2, 1, 2, 0, 1]), y: f32([2, 2], [1, 2, 3, 3]) }
    for (const loss of [biased, unbiased]) {
      expectGradients(loss, ['x', 'y'], values)
      expectSecondGradient(loss, x, 'x', values)
    }
  })

  it('is NaN for a batch of one row where it is unbiased', () => {
    const values = { x: f32([1, 1], [0]), y: f32([2, 1], [0, 1]) }
    expect(numberOf(unbiased, values)).toBeNaN()
    expect(numberOf(biased, values)).toBeGreaterThan(0)
  })
})

describe('CORAL', () => {
  const loss = coral(x, y)

  it('is 0 for batches whose covariances are equal, whatever their means and numbers of rows', () => {
    expectClose(
      [numberOf(loss, { x: f32([2, 1], [0, 2]), y: f32([3, 1], [7 - Math.SQRT2, 7, 7 + Math.SQRT2]) })],
      [0],
    )
  })

  it('has both derivatives of central differences', () => {
    const values = { x: drawn(16, [3, 2]), y: drawn(17, [4, 2]) }
    expectGradients(loss, ['x', 'y'], values)
    expectSecondGradient(loss, x, 'x', values)
  })

  it('is NaN for a batch of one row', () =>
    expect(numberOf(loss, { x: f32([1, 1], [0]), y: f32([2, 1], [0, 1]) })).toBeNaN())
})
