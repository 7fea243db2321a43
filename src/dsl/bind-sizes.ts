/** The sizes of symbolic dims such as `'B'` and `'K'`, read from the shapes of the values that a program is given. */
import * as E from 'fp-ts/lib/Either.js'
import type { Dim, Shape, Sizes } from '../shapes/dim.js'
import { evaluateDim, isSymbol, knownSize, showShape, symbolsOf } from '../shapes/dim.js'
import type { ProgramFault } from './fault.js'
import { adviceOnSizes } from './node-sizes.js'

/** The declared shape of an input or parameter, and the shape of the value that it is given. */
export interface Given {
  readonly name: string
  readonly declared: Shape
  readonly actual: readonly number[]
}

const fault = (message: string, advice: string): E.Either<ProgramFault, never> =>
  E.left({ tag: 'ProgramFault', message, advice })

/**
 * The sizes of all symbols: those in `known`, and those read from the values. An expression with one unknown symbol
 * gives the size of that symbol: `'L+1'` of size 3 makes L 2.
 *
 * Fails where a symbol has two sizes, with the place that each came from, and where a value does not have the declared
 * shape.
 *
 * @example
 * bindSizes([{ name: 'x', declared: ['B', 3], actual: [4, 3] }]) // right({ B: 4 })
 */
export const bindSizes = (given: readonly Given[], known: Sizes = {}): E.Either<ProgramFault, Sizes> => {
  const bound = new Map(
    Object.entries(known).map(([symbol, size]) => [symbol, { size, from: 'the sizes given' }]),
  )
  for (const { name, declared, actual } of given) {
    if (declared.length !== actual.length) {
      return fault(
        `'${name}' is declared ${showShape(declared)} but was given ${showShape(actual)}`,
        `give a value of rank ${declared.length}`,
      )
    }
    for (const [axis, dim] of declared.entries()) {
      const size = actual[axis]
      if (typeof dim !== 'string' || !isSymbol(dim) || size === undefined) continue
      const earlier = bound.get(dim)
      if (earlier === undefined) bound.set(dim, { size, from: `'${name}'` })
      else if (earlier.size !== size) {
        return fault(
          `dim '${dim}' is ${earlier.size} in ${earlier.from} and ${size} in '${name}'`,
          'a symbol has one size in a run',
        )
      }
    }
  }
  const sizes: Sizes = Object.fromEntries([...bound].map(([symbol, { size }]) => [symbol, size]))
  return checkSizes(solved(sizes, given), given)
}

/** The sizes, with those added that follow from expressions with one unknown symbol. */
const solved = (sizes: Sizes, given: readonly Given[]): Sizes => {
  for (const { declared, actual } of given) {
    for (const [axis, dim] of declared.entries()) {
      const found = solution(dim, actual[axis] ?? Number.NaN, sizes)
      if (found !== undefined) return solved({ ...sizes, [found.symbol]: found.size }, given)
    }
  }
  return sizes
}

/** The one unknown symbol of a dim and the size that solves it; undefined where there is not exactly one solution. */
const solution = (
  dim: Dim,
  size: number,
  sizes: Sizes,
): { readonly symbol: string; readonly size: number } | undefined => {
  const [symbol, another] = symbolsOf(dim).filter((each) => !Object.hasOwn(sizes, each))
  if (symbol === undefined || another !== undefined) return undefined
  const at = (candidate: number): number => knownSize({ ...sizes, [symbol]: candidate })(dim)
  const slope = at(1) - at(0)
  const candidate = (size - at(0)) / slope
  return Number.isSafeInteger(candidate) && candidate >= 0 && at(2) - at(1) === slope
    ? { symbol, size: candidate }
    : undefined
}

/** The same sizes. Fails where a value does not have the shape that is declared for it, and where a symbol has no size. */
export const checkSizes = (sizes: Sizes, given: readonly Given[]): E.Either<ProgramFault, Sizes> => {
  for (const { name, declared, actual } of given) {
    const expected = E.traverseArray(evaluateDim(sizes))(declared)
    if (E.isLeft(expected)) return fault(`'${name}': ${expected.left}`, adviceOnSizes(declared, sizes))
    if (
      expected.right.length !== actual.length ||
      expected.right.some((size, axis) => size !== actual[axis])
    ) {
      return fault(
        `'${name}' is declared ${showShape(declared)}, here ${showShape(expected.right)}, but was given ${showShape(actual)}`,
        'give a value of the declared shape',
      )
    }
  }
  return E.right(sizes)
}
