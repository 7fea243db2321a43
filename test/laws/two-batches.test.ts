import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../src/dsl/index.js'
import { add, mean, square, sub, sum } from '../../src/dsl/index.js'
import type { TensorValue } from '../../src/dsl/index.js'
import { checkLaws, declareLaws, reals, symmetric, unchanged, zeroAtOptimum } from '../../src/laws/index.js'
import { takeAlong } from '../../src/laws/tensor-values.js'
import { expectRight } from '../expect-either.js'

/** The squared distance of the means of two batches, which may have different numbers of rows. */
const distanceOfMeans = <N, M, D>(x: Tensor<[N, D]>, y: Tensor<[M, D]>): Tensor<[]> =>
  sum(square(sub(mean(x, 0), mean(y, 0))), 0)

const twice = (value: TensorValue | undefined): TensorValue | undefined => {
  const rows = [...Array(value?.shape[0] ?? 0).keys()]
  return value === undefined ? undefined : takeAlong(value, 0, [...rows, ...rows])
}

const declaration = declareLaws(distanceOfMeans, {
  takes: [reals('x', ['N', 'D']), reals('y', ['M', 'D'])],
  laws: [
    zeroAtOptimum('where y holds each row of x twice', ['x', 'y'], ({ values }) => ({
      y: twice(values['x']),
    })),
    symmetric('x', 'y'),
    unchanged({
      words: 'with each row of y twice',
      of: ['y'],
      values: ({ values }) => ({ y: twice(values['y']) }),
    }),
  ],
})

describe('laws of a function of two batches', () => {
  it('hold where a law replaces a batch by one of another number of rows', () => {
    expect(expectRight(checkLaws(declaration)).outcomes.map(({ tag }) => tag)).toEqual([
      'LawHeld',
      'LawHeld',
      'LawHeld',
    ])
  })

  it.each([
    [
      'the sum in place of the mean',
      (x: Tensor<['N', 'D']>, y: Tensor<['M', 'D']>) => sum(square(sub(sum(x, 0), sum(y, 0))), 0),
    ],
    [
      'one batch counted twice',
      (x: Tensor<['N', 'D']>, y: Tensor<['M', 'D']>) =>
        add(distanceOfMeans(x, y), sum(square(mean(x, 0)), 0)),
    ],
  ])('break with two sides that differ, for %s', (_fault, wrong) => {
    expect(checkLaws(declaration.of(wrong))).toMatchObject({
      _tag: 'Left',
      left: { finding: { tag: 'Differs' } },
    })
  })
})
