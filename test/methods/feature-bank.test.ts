import { describe, expect, it } from 'vitest'
import { featureBank } from '../../src/methods/pda/feature-bank.js'
import { expectClose, f32 } from '../support/evaluation.js'

/** Four images of two features, none of unit length; the third class is never guessed. */
const images = {
  features: f32([4, 2], [3, 4, 0, 2, 5, 0, 1, 0]),
  probabilities: f32([4, 3], [0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.9, 0.05, 0.05, 0.2, 0.7, 0.1]),
}

describe('the bank of a domain', () => {
  it('is the mean unit feature of the images that are most probably of each class', () => {
    const { shape, data } = featureBank(images, 2)
    expect(shape).toEqual([3, 2])
    expectClose([...data], [(0.6 + 1) / 2, (0.8 + 0) / 2, 0.5, 0, 0, 0], 1e-7)
  })

  it('holds the surest images alone', () =>
    expectClose([...featureBank(images, 1).data.slice(0, 2)], [1, 0], 1e-7))

  it('holds images that are guessed right alone, where labels are known', () =>
    expectClose([...featureBank(images, 1, [0, 0, 1, 0]).data], [0.6, 0.8, 0, 0, 0, 0], 1e-7))
})
