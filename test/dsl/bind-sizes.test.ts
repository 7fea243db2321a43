import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { bindSizes, explainFault } from '../../src/dsl/index.js'
import type { Given } from '../../src/dsl/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

const given = (name: string, declared: Given['declared'], actual: Given['actual']): Given => ({
  name,
  declared,
  actual,
})
const messageOf = (...all: Parameters<typeof bindSizes>): string =>
  explainFault(expectLeft(bindSizes(...all)))

describe('sizes of symbols', () => {
  it('are read from the shapes of values', () =>
    expect(
      expectRight(bindSizes([given('images', ['B', 3], [4, 3]), given('labels', ['B', 'K'], [4, 65])])),
    ).toEqual({ B: 4, K: 65 }))

  it('include the sizes that are known before', () =>
    expect(bindSizes([given('x', ['B'], [4])], { K: 65 })).toEqual(E.right({ B: 4, K: 65 })))

  it('check expressions whose symbols another value gives, in any order', () => {
    const sizes = bindSizes([given('padded', ['L+4', '2*B'], [81, 6]), given('x', ['B', 'L'], [3, 77])])
    expect(sizes).toEqual(E.right({ B: 3, L: 77 }))
  })

  it('follow from an expression with one unknown symbol', () => {
    expect(expectRight(bindSizes([given('x', ['L+1'], [3])]))).toEqual({ L: 2 })
    expect(expectRight(bindSizes([given('x', ['2*B+K', 'B+1'], [9, 4])]))).toEqual({ B: 3, K: 3 })
    expect(expectRight(bindSizes([given('x', ['2*(L+4)', 'L+4'], [8, 4])]))).toEqual({ L: 0 })
  })

  it('are refused where two expressions give one symbol different sizes', () =>
    expect(messageOf([given('x', ['L+1', 'L+2'], [3, 5])])).toContain(
      "'x' is declared [L+1,L+2], here [3,4], but was given [3,5]",
    ))

  it('may be zero', () => expect(bindSizes([given('x', ['B'], [0])])).toEqual(E.right({ B: 0 })))

  it('are refused where two values differ, with a message that names both', () =>
    expect(messageOf([given('images', ['B', 3], [4, 3]), given('labels', ['B'], [5])])).toBe(
      "dim 'B' is 4 in 'images' and 5 in 'labels'; a symbol has one size in a run",
    ))

  it('are refused where one value gives a symbol two sizes', () =>
    expect(messageOf([given('square', ['N', 'N'], [4, 5])])).toContain(
      "dim 'N' is 4 in 'square' and 5 in 'square'",
    ))

  it('are refused where a value differs from the sizes known before', () =>
    expect(messageOf([given('x', ['B'], [4])], { B: 5 })).toContain(
      "dim 'B' is 5 in the sizes given and 4 in 'x'",
    ))
})

describe('a value is refused', () => {
  it('if its rank is not the declared one', () =>
    expect(messageOf([given('x', ['B', 3], [4])])).toBe(
      "'x' is declared [B,3] but was given [4]; give a value of rank 2",
    ))

  it('if a size is not the declared literal dim', () =>
    expect(messageOf([given('x', ['B', 3], [4, 2])])).toBe(
      "'x' is declared [B,3], here [4,3], but was given [4,2]; give a value of the declared shape",
    ))

  it('if a size is not that of the declared expression', () =>
    expect(messageOf([given('x', ['B'], [3]), given('y', ['2*B'], [7])])).toContain(
      "'y' is declared [2*B], here [6], but was given [7]",
    ))

  it('if nothing gives the symbol of a declared expression', () =>
    expect(messageOf([given('y', ['B*K'], [6])])).toBe("'y': dim 'B' has no size; give the symbol a size"))

  it('if no size of its symbol gives a declared expression that size', () => {
    expect(messageOf([given('y', ['2*B'], [7])])).toContain("dim 'B' has no size")
    expect(messageOf([given('y', ['L+1'], [0])])).toContain("dim 'L' has no size")
    expect(messageOf([given('y', ['L*L'], [9])])).toContain("dim 'L' has no size")
  })

  it('if a declared division has a remainder', () =>
    expect(messageOf([given('x', ['B'], [1]), given('y', ['3*B/2'], [1])])).toBe(
      "'y': '3*B/2': 3 is not divisible by 2; give sizes for which every division is exact",
    ))
})
