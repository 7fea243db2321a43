import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dim, Sizes } from '../../src/shapes/dim.js'
import {
  addDims,
  bindDim,
  cancelCommonFactors,
  differenceOfDims,
  divideDims,
  dimProblem,
  evaluateDim,
  isDim,
  isSymbol,
  multiplyDims,
  productOfDims,
  showShape,
  symbolsOf,
} from '../../src/shapes/dim.js'
import { expectLeft, expectRight } from '../expect-either.js'

/** A dim with the value that it should have, computed with numbers, never from its text. */
interface Valued {
  readonly dim: Dim
  readonly value: number
  /** Whether each division on the way was exact. */
  readonly exact: boolean
}

const symbols = ['B', 'L', 'D'] as const
const sizesArbitrary = fc.record({
  B: fc.integer({ min: 1, max: 12 }),
  L: fc.integer({ min: 1, max: 12 }),
  D: fc.integer({ min: 1, max: 12 }),
})

type Recipe =
  | { readonly leaf: Dim }
  | { readonly apply: 'add' | 'multiply' | 'divide'; readonly to: readonly [Recipe, Recipe] }

const { recipe: recipeArbitrary } = fc.letrec<{ recipe: Recipe }>((tie) => ({
  recipe: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ leaf: fc.oneof(fc.constantFrom(...symbols), fc.integer({ min: 1, max: 8 })) }),
    fc.record({
      apply: fc.constantFrom('add' as const, 'multiply' as const, 'divide' as const),
      to: fc.tuple(tie('recipe'), tie('recipe')),
    }),
  ),
}))

/** Undefined where the algebra refuses a quotient. */
const follow = (recipe: Recipe, sizes: Sizes): Valued | undefined => {
  if ('leaf' in recipe) {
    const { leaf } = recipe
    return { dim: leaf, value: typeof leaf === 'number' ? leaf : (sizes[leaf] ?? Number.NaN), exact: true }
  }
  const [a, b] = [follow(recipe.to[0], sizes), follow(recipe.to[1], sizes)]
  if (a === undefined || b === undefined) return undefined
  const exact = a.exact && b.exact
  switch (recipe.apply) {
    case 'add':
      return { dim: addDims(a.dim, b.dim), value: a.value + b.value, exact }
    case 'multiply':
      return { dim: multiplyDims(a.dim, b.dim), value: a.value * b.value, exact }
    case 'divide': {
      const quotient = divideDims(a.dim, b.dim)
      return E.isRight(quotient)
        ? { dim: quotient.right, value: a.value / b.value, exact: exact && a.value % b.value === 0 }
        : undefined
    }
  }
}

describe('the sum of two dims', () => {
  it.each<[Dim, Dim, Dim]>([
    [3, 4, 7],
    ['L', 4, 'L+4'],
    [4, 'L', 'L+4'],
    ['L+4', 3, 'L+7'],
    ['L+4', 'M+3', 'L+M+7'],
    ['L', 'L', 'L+L'],
    ['L', 0, 'L'],
    ['2*(L+4)', 1, '2*(L+4)+1'],
  ])('%s + %s is %s', (a, b, expected) => expect(addDims(a, b)).toBe(expected))
})

describe('the product of two dims', () => {
  it.each<[Dim, Dim, Dim]>([
    [3, 4, 12],
    [3, 'B', '3*B'],
    ['B', 3, '3*B'],
    ['3*B', '4*K', '12*B*K'],
    ['L+4', 2, '2*(L+4)'],
    ['L+4', 1, 'L+4'],
    ['B', 0, 0],
    ['D/8', 8, 'D'],
    ['D/8', 16, '2*D'],
    ['(L+4)/2', 2, 'L+4'],
    ['12*B/8', 4, '6*B'],
    ['(L+4)*2', 1, '(L+4)*2'],
    ['B/2', 'K/4', 'B*K/8'],
    ['12*B', 'K/8', '3*B*K/2'],
  ])('%s × %s is %s', (a, b, expected) => expect(multiplyDims(a, b)).toBe(expected))
})

describe('the quotient of two dims', () => {
  it.each<[Dim, Dim, Dim]>([
    [12, 4, 3],
    ['12*B', 4, '3*B'],
    ['12*B', 'B', 12],
    ['B*K', 'K', 'B'],
    ['D', 8, 'D/8'],
    ['D', 'D', 1],
    ['D', 1, 'D'],
    ['L+4', 2, '(L+4)/2'],
    ['12*B', 8, '3*B/2'],
    ['B/2', 2, 'B/4'],
    ['D', 'D/2', 2],
    ['D/2', 'D/4', 2],
    ['6*D*H', '4*D', '3*H/2'],
    ['2*(L+4)', 2, 'L+4'],
  ])('%s / %s is %s', (a, b, expected) => expect(expectRight(divideDims(a, b))).toBe(expected))

  it.each<[Dim, Dim, string]>([
    [7, 2, '7 is not divisible by 2'],
    [7, 0, '7 is not divisible by 0'],
    [0, 0, '0 is not divisible by 0'],
    ['B', 0, 'B is not divisible by 0'],
    [7, 'B', 'cannot divide 7 by B'],
    ['D', 'H', 'cannot divide D by H'],
    ['D', '2*H', 'cannot divide D by 2*H'],
    ['3*D', '2*D', '3*D is not divisible by 2*D'],
  ])('%s / %s does not exist: %s', (a, b, why) => expect(expectLeft(divideDims(a, b))).toBe(why))
})

describe('the size of a dim', () => {
  it('follows the written expression', () => {
    const size = evaluateDim({ B: 2, L: 6, D: 24 })
    expect(size('2*(L+4)+B')).toEqual(E.right(22))
    expect(size('D/8')).toEqual(E.right(3))
    expect(size('D/(2*L)')).toEqual(E.right(2))
    expect(size('(L+4)/B')).toEqual(E.right(5))
  })

  it('multiplies before it divides, so that an exact quotient is found', () => {
    expect(evaluateDim({ B: 2 })('12*B/8')).toEqual(E.right(3))
  })

  it('fails with the symbol that has no size, or the division with a remainder', () => {
    expect(expectLeft(evaluateDim({})('L+4'))).toBe("dim 'L' has no size")
    expect(expectLeft(evaluateDim({ D: 7 })('D/2'))).toBe("'D/2': 7 is not divisible by 2")
  })

  it('is unknown for a symbol that is named like a method of every object', () => {
    expect(expectLeft(evaluateDim({})('constructor'))).toBe("dim 'constructor' has no size")
  })

  it('equals arithmetic on the sizes of its symbols, for any expression that the algebra gives', () =>
    fc.assert(
      fc.property(recipeArbitrary, sizesArbitrary, (recipe, sizes) => {
        const followed = follow(recipe, sizes)
        fc.pre(followed !== undefined && followed.value < 2 ** 50)
        const size = evaluateDim(sizes)(followed.dim)
        if (E.isRight(size)) expect(size.right).toBeCloseTo(followed.value, 9)
        else expect(followed.exact, size.left).toBe(false)
      }),
      { numRuns: 2000 },
    ))
})

describe('element counts', () => {
  it('are products of dims', () => {
    expect(productOfDims(['B', 77, 512])).toBe('39424*B')
    expect(productOfDims([])).toBe(1)
  })

  it('are compared after common factors are cancelled', () => {
    expect(cancelCommonFactors(['B', 6, 4], [24, 'B'])).toEqual([24, 24])
    expect(cancelCommonFactors(['B', 77], ['B', 78])).toEqual([77, 78])
    expect(cancelCommonFactors(['B', 'L', 2], ['K', 'L', 2])).toEqual(['2*B', '2*K'])
  })

  it('keep their ratio when common factors are cancelled', () => {
    const dimArbitrary = fc.oneof(
      fc.constantFrom<Dim>('B', 'L', 'D', 'L+4', '2*B', 'B+D+1'),
      fc.integer({ min: 1, max: 6 }),
    )
    const shapeArbitrary = fc.array(dimArbitrary, { maxLength: 4 })
    fc.assert(
      fc.property(shapeArbitrary, shapeArbitrary, sizesArbitrary, (a, b, sizes) => {
        const count = (dims: readonly Dim[]): number =>
          dims.map((dim) => expectRight(evaluateDim(sizes)(dim))).reduce((x, y) => x * y, 1)
        const [restA, restB] = cancelCommonFactors(a, b)
        expect(count(a) * count([restB])).toBe(count(b) * count([restA]))
      }),
    )
  })
})

describe('a dim some of whose symbols have sizes', () => {
  it('keeps the others, in lowest terms', () => {
    const bound = bindDim({ K: 4, L: 3 })
    expect(['B*K/8', '2*(L+B)', 'K+B+L', 'K*L', 'B', 7].map((dim) => expectRight(bound(dim)))).toEqual([
      'B/2',
      '2*(B+3)',
      'B+7',
      12,
      'B',
      7,
    ])
  })

  it('has the size that it has with all sizes at once, when the rest get theirs', () =>
    fc.assert(
      fc.property(recipeArbitrary, sizesArbitrary, (recipe, sizes) => {
        const made = follow(recipe, sizes)
        fc.pre(made?.exact === true)
        const { B, L, D } = sizes
        const half = expectRight(bindDim({ L, D })(made?.dim ?? 0))
        expect(evaluateDim({ B })(half)).toEqual(E.right(made?.value))
      }),
    ))

  it('is refused where a division has a remainder', () =>
    expect(expectLeft(bindDim({ B: 12 })('B/8'))).toBe("'B/8': 12 is not divisible by 8"))
})

describe('the difference of two dims', () => {
  it('is a dim where the second is part of the first', () => {
    expect(differenceOfDims('B+L+6', 'L+2')).toBe('B+4')
    expect(differenceOfDims('L', 'L')).toBe(0)
    expect(differenceOfDims(7, 3)).toBe(4)
  })

  it('is absent where it may be negative', () => {
    expect(differenceOfDims('L', 2)).toBeUndefined()
    expect(differenceOfDims('L+2', 'M')).toBeUndefined()
    expect(differenceOfDims(3, 7)).toBeUndefined()
  })
})

describe('the symbols of a dim', () => {
  it('are listed once each, in the order in which they are written', () =>
    expect(symbolsOf('2*(L+4)+B/8+L')).toEqual(['L', 'B']))

  it('have names without the signs of the algebra', () => {
    expect(['B', 'batch_2', 'Größe', "L'", 'text.width'].filter(isSymbol)).toHaveLength(5)
    expect(['', '2B', 'a b', 'a+b', '(a', 'a*b', 'a/b', '7'].filter(isSymbol)).toEqual([])
  })

  it.each(['L-1', '-L', 'L^2', 'L%2', '?', 'a=b', 'N!', '[B]', 'a,b', 'B-1+L'])(
    'are not made of other signs: %s',
    (text) => {
      expect(isSymbol(text)).toBe(false)
      expect(isDim(text)).toBe(false)
    },
  )
})

describe('the message about an invalid dim', () => {
  it('says what to write in place of a difference', () =>
    expect(dimProblem('L-1')).toBe(
      "dim 'L-1' is neither a size nor a symbol; there is no subtraction: name the shorter one 'L' and the longer one 'L+1'",
    ))

  it('says which characters a symbol may have', () =>
    expect(dimProblem('L^2')).toBe(
      "dim 'L^2' is neither a size nor a symbol; a symbol is made of letters, digits, _ . and '",
    ))

  it('says that -1 is no size', () =>
    expect(dimProblem(-1)).toBe("dim '-1' is neither a size nor a symbol; there is no -1: say the size"))

  it('is absent for a valid dim', () => {
    expect(dimProblem('2*(L+4)')).toBeUndefined()
    expect(dimProblem(77)).toBeUndefined()
  })
})

describe('a shape in a message', () => {
  it('reads as it is written', () => expect(showShape(['B', 77, 'L+4'])).toBe('[B,77,L+4]'))
})
