import { describe, expect, it } from 'vitest'
import { encodedInputs } from '../../../src/experiments/encoding/encoded-set.js'
import { definitionOf, inductiveNames } from '../../../src/methods/index.js'
import { adaptationBatch, leavesOf, smallMethod, towers } from '../../methods/small-task.js'

/** A step's images as inputs, each row that is kept by its name. */
const batch = {
  ...adaptationBatch,
  source: encodedInputs(towers, 'source.'),
  target: encodedInputs(towers, 'target.'),
  strong: {
    source: encodedInputs(towers, 'strong.source.'),
    target: encodedInputs(towers, 'strong.target.'),
  },
}

describe('what a method reads of images, by its definition', () => {
  it.each(inductiveNames)('is what its programs read: %s', (name) => {
    const method = smallMethod(name)
    const step = [...leavesOf(method.loss(batch).total)]
    const prediction = [...leavesOf(method.predict(batch.target, batch.classTexts))]
    const { tables, strongViews } = definitionOf(name).reads
    const read = (['tokens', 'pixels'] as const).filter((table) =>
      [...step, ...prediction].some((leaf) => leaf.endsWith(`.${table}`)),
    )
    expect(read).toEqual(tables)
    expect(step.some((leaf) => leaf.startsWith('strong.'))).toBe(strongViews)
    expect(prediction.some((leaf) => leaf.startsWith('strong.'))).toBe(false)
  })
})
