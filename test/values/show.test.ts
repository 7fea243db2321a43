import { describe, expect, it } from 'vitest'
import { tensor } from '../../src/dsl/index.js'

// What numpy 2 prints for the same arrays.
describe('a tensor value as text, as numpy prints it', () => {
  it.each([
    { value: tensor.f32(1.5), text: '1.5' },
    { value: tensor.f32([1, 2.5, 3]), text: '[1.  2.5 3. ]' },
    { value: tensor.f32([0.1, 1 / 3]), text: '[0.1        0.33333334]' },
    {
      value: tensor.f32([
        [1, 2.5],
        [-3, 4],
      ]),
      text: '[[ 1.   2.5]\n [-3.   4. ]]',
    },
    {
      value: tensor.f32([
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ]),
      text: '[[[1. 2.]\n  [3. 4.]]\n\n [[5. 6.]\n  [7. 8.]]]',
    },
    { value: tensor.f32([1e-5, 1]), text: '[1.e-05 1.e+00]' },
    { value: tensor.f32([1.5e-5, 1]), text: '[1.5e-05 1.0e+00]' },
    { value: tensor.f32([0, 1, 2000]), text: '[0.e+00 1.e+00 2.e+03]' },
    { value: tensor.f32([Number.NaN, 1.5, -Infinity]), text: '[ nan  1.5 -inf]' },
    {
      value: tensor.i32([
        [1, -20],
        [300, 4],
      ]),
      text: '[[  1 -20]\n [300   4]]',
    },
    { value: tensor.bool([true, false]), text: '[ True False]' },
    { value: tensor.f32([]), text: '[]' },
  ])('$text', ({ value, text }) => expect(tensor.show(value)).toBe(text))

  it('leaves out the middle of long axes', () => {
    const count = 1001
    const value = tensor.i32(
      [count],
      Array.from({ length: count }, (_, i) => i),
    )
    expect(tensor.show(value)).toBe('[   0    1    2 ...  998  999 1000]')
  })

  it('breaks lines before 75 characters', () => {
    const value = tensor.i32(
      [30],
      Array.from({ length: 30 }, (_, i) => i),
    )
    expect(tensor.show(value)).toBe(
      '[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25 26 27 28 29]',
    )
  })
})
