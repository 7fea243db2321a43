import { describe, expect, it } from 'vitest'
import { unlabelledPage } from '../../src/report/page.js'
import { chooseGuesses } from '../../src/report/sections/guesses.js'

const logits = (rows: readonly (readonly number[])[]) =>
  ({ dtype: 'f32', shape: [rows.length, 2], data: Float32Array.from(rows.flat()) }) as const

const images = chooseGuesses({
  paths: ['a.png', 'b.png', 'c.png'],
  zeroShot: logits([
    [2, 0],
    [2, 0],
    [0, 2],
  ]),
  adapted: logits([
    [3, 0],
    [0, 1],
    [0, 3],
  ]),
})

describe('the report of a target without labels', () => {
  it('shows images that are named otherwise than before first', () => {
    expect(images.map(({ name, before, after }) => [name, before.label, after.label])).toEqual([
      ['b.png', 0, 1],
      ['a.png', 0, 0],
      ['c.png', 1, 1],
    ])
  })

  it('says no accuracy, and calls no guess right or wrong', () => {
    const page = unlabelledPage({
      source: 'photo',
      target: 'crayon',
      method: 'AD-CLIP, preset robust',
      chosenOnLabels: undefined,
      seed: 1,
      producer: 'tensile',
      classes: ['apple', 'boat'],
      curves: [],
      images: images.map((image) => ({ ...image, source: 'data:image/png;base64,AA==' })),
    })
    expect(page).toContain('The images of crayon have no labels')
    expect(page).toContain('<b>before: apple</b><i>88 %</i>')
    expect(page).toContain('<b>after: boat</b><i>73 %</i>')
    expect(page).not.toMatch(/✓|✗|accuracy on|class="(gain|loss)"/)
  })
})
