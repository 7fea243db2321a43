import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TensorValue } from '../../src/dsl/index.js'
import { isPositiveSemidefinite } from '../../src/laws/arbitraries/positive-semidefinite.js'
import type { AnyTensorArgument, DrawnTensors } from '../../src/laws/index.js'
import {
  arbitraryTensors,
  between,
  directions,
  labels,
  logits,
  mask,
  maskedLogits,
  positiveSemidefinite,
  reals,
  simplex,
  unitRows,
} from '../../src/laws/index.js'

const rowsOf = ({ shape, data }: TensorValue): readonly (readonly number[])[] => {
  const length = shape.at(-1) ?? 1
  return Array.from({ length: data.length / length }, (_, row) => [
    ...data.slice(row * length, (row + 1) * length),
  ])
}
const sum = (row: readonly number[]): number => row.reduce((total, x) => total + x, 0)

/** What every tensor of a kind is, drawn or made smaller. */
const kinds: readonly (readonly [string, AnyTensorArgument, (value: TensorValue) => boolean])[] = [
  ['logits', logits('x', ['B', 'K']), ({ data }) => data.every(Number.isFinite)],
  [
    'masked logits',
    maskedLogits('x', ['B', 'K']),
    (value) => rowsOf(value).every((row) => row.some(Number.isFinite) && !row.includes(Number.NaN)),
  ],
  [
    'simplex',
    simplex('x', ['B', 'K']),
    (value) => rowsOf(value).every((row) => row.every((p) => p >= 0) && Math.abs(sum(row) - 1) < 1e-9),
  ],
  [
    'unitRows',
    unitRows('x', ['B', 'K']),
    (value) => rowsOf(value).every((row) => Math.abs(sum(row.map((x) => x * x)) - 1) < 1e-9),
  ],
  [
    'directions',
    directions('x', ['B', 'K']),
    (value) => rowsOf(value).every((row) => row.some((x) => x !== 0)),
  ],
  ['labels', labels('x', ['B'], 'K'), ({ data }) => data.every((x) => x >= 0 && Number.isInteger(x))],
  ['mask', mask('x', ['B', 'K']), (value) => rowsOf(value).every((row) => row.includes(1))],
  ['between', between(0.5, 2)('x', ['B', 'K']), ({ data }) => data.every((x) => x >= 0.5 && x <= 2)],
  [
    'positiveSemidefinite',
    positiveSemidefinite('x', ['B', 'K', 'K']),
    ({ shape, data }) => {
      const n = shape.at(-1) ?? 1
      return rowsOf({
        dtype: 'f32',
        shape: [data.length / (n * n), n * n],
        data: Float64Array.from(data),
      }).every((matrix) => isPositiveSemidefinite(Float64Array.from(matrix), n))
    },
  ],
]

const valueIn = ({ values }: DrawnTensors): TensorValue => {
  const value = values['x']
  if (value === undefined) throw new Error('no x was drawn')
  return value
}

describe('a kind of argument', () => {
  it.each(kinds)('%s draws only tensors of the kind and of the declared shape', (_name, argument, holds) => {
    fc.assert(
      fc.property(arbitraryTensors([argument]), (drawn) => {
        const value = valueIn(drawn)
        expect(value.shape).toEqual(argument.shape.map((dim) => drawn.sizes[dim]))
        expect(holds(value)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it.each(kinds)(
    '%s shrinks only to tensors of the kind, in finitely many steps',
    (_name, argument, holds) => {
      const seen: boolean[] = []
      fc.check(
        fc.property(arbitraryTensors([argument]), (drawn) => {
          seen.push(holds(valueIn(drawn)))
          return false
        }),
        { numRuns: 1, seed: 3 },
      )
      expect(seen.length).toBeGreaterThan(1)
      expect(seen).not.toContain(false)
    },
  )
})

const smallestWhere = (
  tensors: readonly AnyTensorArgument[],
  predicate: (drawn: DrawnTensors) => boolean,
): DrawnTensors => {
  const { counterexample } = fc.check(
    fc.property(arbitraryTensors(tensors), (drawn) => !predicate(drawn)),
    { numRuns: 500, seed: 5 },
  )
  const [found] = counterexample ?? []
  if (found === undefined) throw new Error('nothing was found')
  return found
}

describe('a failing case', () => {
  const tensors = [reals('x', ['B', 'K']), labels('y', ['B'], 'K')]

  it('shrinks to the smallest sizes, then to the roundest values', () => {
    const { sizes, values } = smallestWhere(tensors, ({ values: { x } }) => (x?.data.length ?? 0) >= 4)
    expect((sizes['B'] ?? 0) * (sizes['K'] ?? 0)).toBe(4)
    expect([...(values['x']?.data ?? [])]).toEqual([0, 0, 0, 0])
  })

  it('keeps the values that make it fail while its sizes shrink', () => {
    const { sizes, values } = smallestWhere(
      tensors,
      ({ values: { x } }) => x?.data.some((element) => element > 0.5) ?? false,
    )
    expect(sizes).toEqual({ B: 1, K: 1 })
    expect(values['x']?.data[0]).toBe(1)
  })

  it('renumbers labels when a class is removed', () => {
    const { sizes, values } = smallestWhere(tensors, ({ values: { y } }) => new Set(y?.data).size > 1)
    expect(sizes).toEqual({ B: 2, K: 2 })
    expect(new Set(values['y']?.data)).toEqual(new Set([0, 1]))
  })
})

describe('the check for positive semidefinite matrices', () => {
  it('accepts covariances and rejects similar matrices that are not', () => {
    expect(isPositiveSemidefinite(Float64Array.of(2, 1, 1, 2), 2)).toBe(true)
    expect(isPositiveSemidefinite(Float64Array.of(1, 2, 2, 1), 2)).toBe(false)
    expect(isPositiveSemidefinite(Float64Array.of(1, 1, 0, 1), 2)).toBe(false)
    // Every 2 × 2 minor is fine, the determinant is not.
    expect(isPositiveSemidefinite(Float64Array.of(1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1), 3)).toBe(false)
  })
})
