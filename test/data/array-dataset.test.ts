import { describe, expect, it } from 'vitest'
import { randomKey, tensor } from '../../src/dsl/index.js'
import { dataset } from '../../src/data/index.js'
import { explain } from '../../src/effects/explain.js'
import { expectLeft, expectRight } from '../expect-either.js'

const ten = Array.from({ length: 10 }, (_, i) => i)
const examples = dataset({ x: tensor.f32(ten.map((i) => [i, i + 100])), y: tensor.i32(ten) })

describe('batches of arrays', () => {
  it('take the rows in order, the last batch smaller, and begin again', () => {
    const batches = examples.batches(4)
    expect(batches.perEpoch).toBe(3)
    const labels = [0, 1, 2, 3].map((step) => [...(expectRight(batches(step))['y']?.data ?? [])])
    expect(labels).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
      [0, 1, 2, 3],
    ])
    expect(tensor.toArray(expectRight(batches(2))['x'] ?? tensor.f32(0))).toEqual([
      [8, 108],
      [9, 109],
    ])
  })

  it('leave out the last rows if they are dropped', () => {
    const batches = examples.batches(4, { last: 'drop' })
    expect(batches.perEpoch).toBe(2)
    expect([...(expectRight(batches(2))['y']?.data ?? [])]).toEqual([0, 1, 2, 3])
  })

  it('hold each example once in an epoch when they are shuffled, in another order in the next', () => {
    const batches = examples.shuffled(randomKey.keyFromSeed(1)).batches(4)
    const epoch = (number: number): readonly number[] =>
      [0, 1, 2].flatMap((i) => [...(expectRight(batches(3 * number + i))['y']?.data ?? [])])
    expect(epoch(0)).not.toEqual(ten)
    expect(epoch(1)).not.toEqual(epoch(0))
    expect([epoch(0), epoch(1)].map((rows) => rows.toSorted((a, b) => a - b))).toEqual([ten, ten])
  })

  it('keep the rows of different arrays together', () => {
    const batches = examples.shuffled(randomKey.keyFromSeed(2)).batches(5)
    const batch = expectRight(batches(7))
    const labels = [...(batch['y']?.data ?? [])]
    expect(labels).toHaveLength(5)
    expect([...(batch['x']?.data ?? [])]).toEqual(labels.flatMap((i) => [i, i + 100]))
  })

  it('depend on the number of the step alone, in whatever order steps are asked for', () => {
    const key = randomKey.keyFromSeed(3)
    const [once, again] = [examples.shuffled(key).batches(4), examples.shuffled(key).batches(4)]
    const forwards = ten.map((step) => once(step))
    const backwards = ten.toReversed().map((step) => again(step))
    expect(backwards.toReversed()).toEqual(forwards)
  })

  it('have further values of each step, which replace arrays of the same name', () => {
    const batches = examples
      .batches(4)
      .with((step) => ({ y: tensor.i32([step]) }))
      .with((step) => ({ key: tensor.key(step) }))
    expect(batches.perEpoch).toBe(3)
    expect(expectRight(batches(2))).toEqual({
      ...expectRight(examples.batches(4)(2)),
      y: tensor.i32([2]),
      key: tensor.key(2),
    })
  })

  it('fail where arrays differ in their number of rows', () =>
    expect(explain(expectLeft(dataset({ x: tensor.f32(ten), y: tensor.i32([1, 2]) }).batches(2)(0)))).toBe(
      "dataset: tensor 'y' is 2 rows, wanted 10 rows, as 'x'\n  → give arrays of one length: row i of each belongs to example i",
    ))

  it.each([
    { size: 0, last: 'keep' } as const,
    { size: 2.5, last: 'keep' } as const,
    { size: 11, last: 'drop' } as const,
  ])('fail where a size makes no batch: $size, $last', ({ size, last }) =>
    expect(explain(expectLeft(examples.batches(size, { last })(0)))).toBe(
      `batches: 10 examples make no batch of ${size}\n  → give a whole number from 1 up to the number of examples`,
    ),
  )
})
