import { describe, expect, it } from 'vitest'
import { stepsInEpoch } from '../../../src/experiments/adaptation/steps-in-epoch.js'

/** So many images of each class. */
const labels = (...counts: readonly number[]): readonly number[] =>
  counts.flatMap((count, label) => Array.from({ length: count }, () => label))

describe('the steps of an epoch', () => {
  it('are the whole batches of all images', () => {
    expect(stepsInEpoch({ batch: 16, epochShots: 'all' }, labels(20, 21, 22))).toBe(3)
    expect(stepsInEpoch({ batch: 1, epochShots: 'all' }, labels(20, 21, 22))).toBe(63)
  })

  it('are those of a subset of so many images of each class where an epoch counts no more', () => {
    expect(stepsInEpoch({ batch: 32, epochShots: 16 }, labels(...Array.from({ length: 65 }, () => 40)))).toBe(
      Math.floor((16 * 65) / 32),
    )
    expect(stepsInEpoch({ batch: 1, epochShots: 16 }, labels(100, 200, 300))).toBe(48)
  })

  it('take of a class that has fewer images all of them, as a subset would', () =>
    expect(stepsInEpoch({ batch: 2, epochShots: 16 }, labels(3, 5, 100))).toBe(12))

  it('are one where not even one batch is whole', () => {
    expect(stepsInEpoch({ batch: 32, epochShots: 4 }, labels(10, 10))).toBe(1)
    expect(stepsInEpoch({ batch: 32, epochShots: 'all' }, [])).toBe(1)
  })
})
