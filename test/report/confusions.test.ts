import { describe, expect, it } from 'vitest'
import { accuracy } from '../../src/experiments/accuracy.js'
import { confusionsByClass, foremost, orders } from '../../src/report/confusions.js'

const classes = ['cup', 'mug', 'pot']
const labels = [0, 0, 0, 0, 1, 1, 1]
const before = accuracy([1, 1, 1, 0, 1, 1, 2], labels, classes)
const after = accuracy([1, 0, 0, 2, 2, 2, 2], labels, classes)
const confusions = confusionsByClass(before, after)

const pairs = (measure: (typeof orders)[keyof typeof orders], most = 9): readonly string[] =>
  foremost(confusions.flat(), measure, most).map(({ shows, takenFor }) => `${shows} for ${takenFor}`)

describe('confusions of a run', () => {
  it('have, for each class, every other class that it was taken for before or after, with both numbers of images', () => {
    expect(confusions).toEqual([
      [
        { shows: 'cup', takenFor: 'mug', total: 4, before: 3, after: 1 },
        { shows: 'cup', takenFor: 'pot', total: 4, before: 0, after: 1 },
      ],
      [{ shows: 'mug', takenFor: 'pot', total: 3, before: 1, after: 3 }],
      [],
    ])
  })

  it('are listed by how frequent they are after, how many are resolved, and how many are added', () => {
    expect(pairs(orders.frequent)).toEqual(['mug for pot', 'cup for mug', 'cup for pot'])
    expect(pairs(orders.resolved)).toEqual(['cup for mug'])
    expect(pairs(orders.added)).toEqual(['mug for pot', 'cup for pot'])
    expect(pairs(orders.frequent, 1)).toEqual(['mug for pot'])
  })
})
