import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, evaluate, input, program, randomKey, tensor } from '../../src/dsl/index.js'
import { explainFault } from '../../src/dsl/fault.js'
import { expectLeft, expectRight } from '../expect-either.js'

describe('tensor values from nested arrays', () => {
  it('take their shape from the lists and their elements in row-major order', () => {
    expect(
      tensor.f32([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual({
      dtype: 'f32',
      shape: [2, 3],
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
    })
    expect(tensor.i32([[[7]], [[8]]])).toEqual({ dtype: 'i32', shape: [2, 1, 1], data: Int32Array.of(7, 8) })
    expect(tensor.bool([true, false, 2])).toEqual({ dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) })
    expect(tensor.f32(2.5)).toEqual({ dtype: 'f32', shape: [], data: Float32Array.of(2.5) })
    expect(tensor.f32([])).toEqual({ dtype: 'f32', shape: [0], data: new Float32Array(0) })
  })

  it('are the same as from a shape and the elements', () => {
    expect(tensor.f32([2, 2], [1, 2, 3, 4])).toEqual(
      tensor.f32([
        [1, 2],
        [3, 4],
      ]),
    )
    expect(tensor.i32([], [3])).toEqual(tensor.i32(3))
    expect(tensor.bool([2], [true, false])).toEqual(tensor.bool([true, false]))
  })

  it('hold the words of a key, from a seed or from another key', () => {
    const seed = 5_000_000_000
    expect([...tensor.key(seed).data]).toEqual(randomKey.keyFromSeed(seed))
    expect(tensor.key(randomKey.keyFromSeed(seed))).toEqual(tensor.key(seed))
  })

  it.each([
    { nested: [[1, 2], [3]], shape: '[2,2]' },
    { nested: [[1, 2], [1, 2, 3], [1]], shape: '[3,3]' },
    { nested: [[1], 2], shape: '[2,1]' },
    { nested: [[], 2], shape: '[2,0]' },
  ])('are refused where they are used if lists differ in length or depth: $nested', ({ nested, shape }) => {
    const x = input('x', ['N', 'M'])
    const doubled = expectRight(program({ x }, { doubled: add(x, x) }))
    const explained = explainFault(expectLeft(evaluate(doubled, { x: tensor.f32(nested) })))
    expect(explained).toMatch(/^input 'x' was given \d elements for .*; give it \d$/)
    expect(explained).toContain(shape)
  })
})

describe('a tensor value as nested arrays', () => {
  it('is what it was made from, for every shape', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
    fc.assert(
      fc.property(sizes, (shape) => {
        const count = shape.reduce((product, size) => product * size, 1)
        const value = tensor.i32(
          shape,
          Array.from({ length: count }, (_, i) => i),
        )
        const { data, shape: again } = tensor.i32(numbers(tensor.toArray(value)))
        expect(again).toEqual(shape)
        expect(data).toEqual(value.data)
      }),
    )
  })

  it('holds booleans for bool and a bare number for a scalar', () => {
    expect(tensor.toArray(tensor.bool([[true], [false]]))).toEqual([[true], [false]])
    expect(tensor.toArray(tensor.f32(1.5))).toBe(1.5)
  })
})

/** The same lists with numbers in place of booleans. */
const numbers = (nested: tensor.Nested<number | boolean>): tensor.Nested<number> =>
  typeof nested === 'object' ? nested.map(numbers) : Number(nested)
