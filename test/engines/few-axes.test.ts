import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { broadcastSizes } from '../../src/values/broadcast-sizes.js'
import { mergedAxes } from '../../src/engines/tfjs/few-axes.js'
import { elementCount } from '../../src/values/value.js'

it('neighbouring axes are merged if the same operands are broadcast along them', () => {
  const shapes = [
    [2, 3, 4, 5, 6],
    [4, 1, 1],
  ]
  const merged = mergedAxes(shapes)
  expect(merged([2, 3, 4, 5, 6])).toEqual([6, 4, 30])
  expect(merged([4, 1, 1])).toEqual([1, 4, 1])
  expect(mergedAxes([[1, 1, 1, 1, 1]])([1, 1, 1, 1, 1])).toEqual([])
})

it('merged axes keep the number of elements of each operand and of the result', () => {
  const size = fc.integer({ min: 1, max: 3 })
  const operands = fc.array(size, { maxLength: 7 }).chain((full) =>
    fc.array(
      fc
        .tuple(
          fc.nat(full.length),
          fc.array(fc.boolean(), { minLength: full.length, maxLength: full.length }),
        )
        .map(([dropped, flat]) => full.map((length, i) => (flat[i] === true ? 1 : length)).slice(dropped)),
      { minLength: 1, maxLength: 3 },
    ),
  )
  fc.assert(
    fc.property(operands, (shapes) => {
      const merged = shapes.map(mergedAxes(shapes))
      expect(merged.map(elementCount)).toEqual(shapes.map(elementCount))
      expect(elementCount(broadcastSizes(...merged))).toBe(elementCount(broadcastSizes(...shapes)))
    }),
  )
})
