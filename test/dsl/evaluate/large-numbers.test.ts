/** The oracle's probabilities are right at any size of the numbers that they are made of. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { logSoftmax, softmax } from '../../../src/dsl/evaluate/reduction.js'

const row = (...elements: readonly number[]): Float64Array => Float64Array.from(elements)
const third = expect.closeTo(1 / 3, 15)

test('equal numbers have equal probabilities, however large they are', () => {
  expect([...softmax(row(-3.4028e38, -3.4028e38, -3.4028e38))]).toEqual([third, third, third])
  expect([...softmax(row(1e17, 1e17))]).toEqual([0.5, 0.5])
  expect([...logSoftmax(row(1e8, 1e8))]).toEqual([-Math.LN2, -Math.LN2])
  expect([...logSoftmax(row(1e17, 1e17))]).toEqual([-Math.LN2, -Math.LN2])
})

test('the log probability of the likely class keeps its digits', () => {
  expect(logSoftmax(row(10, 0))[0]).toBeCloseTo(-Math.log1p(Math.exp(-10)), 15)
})

test('probabilities add up to 1 at any size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
      (elements) => {
        const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)
        expect(total(softmax(row(...elements)))).toBeCloseTo(1, 12)
        expect(total(logSoftmax(row(...elements)).map(Math.exp))).toBeCloseTo(1, 12)
      },
    ),
  )
})
