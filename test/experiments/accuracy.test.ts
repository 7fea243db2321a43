import { describe, expect, it } from 'vitest'
import { accuracy, argMaxRows } from '../../src/experiments/accuracy.js'

describe('accuracy', () => {
  const classes = ['dog', 'horse', 'tree']

  it('counts overall, by class, and what was taken for what', () => {
    const labels = [0, 0, 0, 0, 1, 1]
    const predicted = [0, 0, 0, 1, 2, 1]
    expect(accuracy(predicted, labels, classes)).toEqual({
      count: 6,
      overall: 4 / 6,
      balanced: (3 / 4 + 1 / 2) / 2,
      perClass: [
        { name: 'dog', count: 4, accuracy: 3 / 4 },
        { name: 'horse', count: 2, accuracy: 1 / 2 },
        { name: 'tree', count: 0, accuracy: Number.NaN },
      ],
      confusion: [
        [3, 1, 0],
        [0, 1, 1],
        [0, 0, 0],
      ],
    })
  })

  it('of a guess that is always the same is balanced to one in the number of classes', () => {
    const { overall, balanced } = accuracy([0, 0, 0, 0, 0], [0, 0, 0, 1, 2], classes)
    expect(overall).toBe(3 / 5)
    expect(balanced).toBeCloseTo(1 / 3, 12)
  })

  it('of nothing is not a number', () => {
    const { count, overall, balanced } = accuracy([], [], classes)
    expect([count, overall, balanced]).toEqual([0, Number.NaN, Number.NaN])
  })
})

describe('the largest of each row', () => {
  it('is the first of equal ones', () => {
    expect(argMaxRows([1, 3, 2, 5, 5, 4, -3, -2, -1], 3)).toEqual([1, 0, 2])
  })
})
