import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstNaN, firstNotFinite } from '../../src/values/finite.js'
import { tensorValue } from '../../src/values/value.js'

describe('the first element that is not finite', () => {
  it('is found at its place, wherever it is', () => {
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.nat(3),
        fc.constantFrom(Number.NaN, Infinity, -Infinity),
        (row, column, value) => {
          const elements = Array.from({ length: 12 }, (_, i) => (i === row * 4 + column ? value : 3e38))
          expect(firstNotFinite(tensorValue('f32', [3, 4], elements))).toEqual({
            value,
            place: [row, column],
          })
        },
      ),
    )
  })

  it('is not there in finite numbers, in whole numbers, and in an empty tensor', () => {
    for (const tensor of [
      tensorValue('f32', [2], [3.4e38, -1e-45]),
      tensorValue('i32', [1], [2 ** 31 - 1]),
      tensorValue('f32', [0], []),
    ])
      expect(firstNotFinite(tensor)).toBeUndefined()
  })

  it('may be infinite where only NaN is looked for', () => {
    const mask = tensorValue('f32', [3], [0, -Infinity, Infinity])
    expect(firstNaN(mask)).toBeUndefined()
    expect(firstNaN(tensorValue('f32', [2], [Infinity, Number.NaN]))).toEqual({
      value: Number.NaN,
      place: [1],
    })
  })
})
