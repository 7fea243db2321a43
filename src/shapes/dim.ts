/**
 * Dims at run time. A dim is a size, or an expression over symbols as readable text: `'B'`, `'L+4'`, `'12*B'`.
 *
 * `shape/dim-arithmetic.ts` computes the same in the compiler, with the same results as text: an editor shows the dims
 * that a printed program shows, and the compiler accepts the programs that the run-time rules accept.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

/** A size, or an expression over symbolic sizes. */
export type Dim = number | string

/** A shape as the graph stores it. */
export type Shape = readonly Dim[]

/** Whether two shapes have the same dims in the same order. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis])

/** Sizes of symbols by name. A program is compiled for one size of each. */
export type Sizes = Readonly<Record<string, number>>

/** Splits at a separator outside parentheses: `'2*(L+4)+M'` at `+` gives `['2*(L+4)', 'M']`. */
const splitOutside = (text: string, separator: string): readonly string[] => {
  const parts: string[] = []
  let depth = 0
  let current = ''
  for (const character of text) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character === separator && depth === 0) {
      parts.push(current)
      current = ''
    } else {
      current += character
    }
  }
  return [...parts, current]
}

const isNumeral = (text: string): boolean => /^(0|[1-9]\d*)$/.test(text)

const numeralOr = (text: string): Dim => (isNumeral(text) ? Number(text) : text)

const isSum = (dim: string): boolean => splitOutside(dim, '+').length > 1

/** Whether a factor is one pair of parentheses: `'(L+4)'` is, `'(L+4)/(M+1)'` is not. */
const isGroup = (factor: string): boolean => factor.startsWith('(') && splitOutside(factor, '/').length === 1

/** Symbolic terms in the order written, and the constant: `'L+4'` is `[['L'], 4]`. */
const termsOf = (dim: Dim): readonly [readonly string[], number] => {
  if (typeof dim === 'number') return [[], dim]
  const terms = splitOutside(dim, '+')
  return [
    terms.filter((term) => !isNumeral(term)),
    terms.filter(isNumeral).reduce((total, term) => total + Number(term), 0),
  ]
}

/** A dim as a fraction in lowest terms: `'12*B*K/8'` is 3/2 times `['B', 'K']`, the factors in the order written. */
interface Fraction {
  readonly coefficient: number
  readonly factors: readonly string[]
  readonly divisor: number
}

/** Euclid's algorithm. For a number and NaN, which marks an invalid dim, it gives the number. */
const greatestCommonDivisor = (a: number, b: number): number => (b > 0 ? greatestCommonDivisor(b, a % b) : a)

const fraction = (coefficient: number, factors: readonly string[], divisor: number): Fraction => {
  const common = greatestCommonDivisor(coefficient, divisor)
  return { coefficient: coefficient / common, factors, divisor: divisor / common }
}

/** `'B/8'` is `['B', 8]`; a factor without numeric divisors stays whole. */
const numeratorAndDivisor = (factor: string): readonly [string, number] => {
  const [numerator = '', ...divisors] = splitOutside(factor, '/')
  return divisors.every(isNumeral) ? [numerator, product(divisors.map(Number))] : [factor, 1]
}

const product = (factors: readonly number[]): number => factors.reduce((x, y) => x * y, 1)

const fractionOf = (dim: Dim): Fraction => {
  if (typeof dim === 'number') return fraction(dim, [], 1)
  if (isSum(dim)) return fraction(1, [`(${dim})`], 1)
  const parts = splitOutside(dim, '*').map(numeratorAndDivisor)
  const numerators = parts.map(([numerator]) => numerator)
  return fraction(
    product(numerators.filter(isNumeral).map(Number)),
    numerators.filter((numerator) => !isNumeral(numerator)),
    product(parts.map(([, divisor]) => divisor)),
  )
}

const fromFraction = ({ coefficient, factors, divisor }: Fraction): Dim => {
  if (coefficient === 0) return 0
  if (factors.length === 0 && divisor === 1) return coefficient
  const [only] = factors
  if (factors.length === 1 && coefficient === 1 && divisor === 1 && only !== undefined) {
    return isGroup(only) ? numeralOr(only.slice(1, -1)) : only
  }
  const numerator = [
    ...(coefficient === 1 && factors.length > 0 ? [] : [String(coefficient)]),
    ...factors,
  ].join('*')
  return divisor === 1 ? numerator : `${numerator}/${divisor}`
}

/** Sum of two dims: numbers add, constants go to the end, symbols keep the order in which they were written. */
export const addDims = (a: Dim, b: Dim): Dim => {
  if (a === 0) return b
  if (b === 0) return a
  const [termsA, constantA] = termsOf(a)
  const [termsB, constantB] = termsOf(b)
  const terms = [...termsA, ...termsB]
  const constant = constantA + constantB
  if (terms.length === 0) return constant
  return [...terms, ...(constant === 0 ? [] : [String(constant)])].join('+')
}

/** Product of two dims: the coefficient in front, symbols in the order written, sums in parentheses. */
export const multiplyDims = (a: Dim, b: Dim): Dim => {
  if (a === 1) return b
  if (b === 1) return a
  const [left, right] = [fractionOf(a), fractionOf(b)]
  return fromFraction(
    fraction(
      left.coefficient * right.coefficient,
      [...left.factors, ...right.factors],
      left.divisor * right.divisor,
    ),
  )
}

/** The exact quotient, or a sentence that says why there is none. A symbol counts as divisible by any number. */
export const divideDims = (a: Dim, b: Dim): E.Either<string, Dim> => {
  if (a === b && a !== 0) return E.right(1)
  if (b === 1) return E.right(a)
  if (b === 0 || (typeof a === 'number' && typeof b === 'number' && a % b !== 0)) {
    return E.left(`${a} is not divisible by ${b}`)
  }
  const [dividend, divisor] = [fractionOf(a), fractionOf(b)]
  const factors = without(dividend.factors, divisor.factors)
  if (factors === undefined) return E.left(`cannot divide ${a} by ${b}`)
  const quotient = fraction(
    dividend.coefficient * divisor.divisor,
    factors,
    dividend.divisor * divisor.coefficient,
  )
  return factors.length === 0 && quotient.divisor !== 1
    ? E.left(`${a} is not divisible by ${b}`)
    : E.right(fromFraction(quotient))
}

/** How often each part occurs. */
const countsOf = (parts: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1)
  return counts
}

/** Takes a part out of the counts, if it is there. */
const takeOne = (counts: Map<string, number>, part: string): boolean => {
  const count = counts.get(part) ?? 0
  if (count > 0) counts.set(part, count - 1)
  return count > 0
}

/** `parts` without each of `removed`, taken out once; undefined where one of these is missing. */
const without = (parts: readonly string[], removed: readonly string[]): readonly string[] | undefined => {
  const counts = countsOf(removed)
  const rest = parts.filter((part) => !takeOne(counts, part))
  return rest.length === parts.length - removed.length ? rest : undefined
}

/** Sum of dims; undefined where it would have more characters than a dim may have. */
export const sumOfDims = (dims: readonly Dim[]): Dim | undefined =>
  dims.reduce<Dim | undefined>((total, dim) => {
    const sum = total === undefined ? undefined : addDims(total, dim)
    return sum === undefined || isTooLong(sum) ? undefined : sum
  }, 0)

/**
 * The most characters of a dim. Arithmetic of dims takes time in proportion to their length, and a program of few nodes can
 * double it with each node.
 */
export const longestDim = 10_000

/** Whether a dim has more characters than a dim may have. */
export const isTooLong = (dim: Dim): boolean => typeof dim === 'string' && dim.length > longestDim

/** Number of elements of a shape, as a dim. */
export const productOfDims = (shape: Shape): Dim => shape.reduce<Dim>(multiplyDims, 1)

/**
 * The element counts of two shapes after cancelling the factors that they share. The shapes hold the same number of
 * elements if the two results are equal.
 */
export const cancelCommonFactors = (a: Shape, b: Shape): readonly [Dim, Dim] => {
  const [left, right] = [fractionOf(productOfDims(a)), fractionOf(productOfDims(b))]
  const counts = countsOf(left.factors)
  const common = right.factors.filter((factor) => takeOne(counts, factor))
  const rest = (of: Fraction): Dim =>
    fromFraction({ ...of, factors: without(of.factors, common) ?? of.factors })
  return [rest(left), rest(right)]
}

/** Symbols that occur in a dim, each once. */
export const symbolsOf = (dim: Dim): readonly string[] =>
  typeof dim === 'number'
    ? []
    : [...new Set(dim.split(/[+*/()]/).filter((part) => part !== '' && !isNumeral(part)))]

/**
 * Whether a text is a symbol: a name of letters, digits, `_`, `.` and `'` that does not read as a number. Other signs
 * are refused: `'L-1'` would look like a subtraction.
 */
export const isSymbol = (name: string): boolean =>
  /^[^\s\d]\S*$/u.test(name) &&
  !algebraSigns.test(name) &&
  !otherSigns.test(name) &&
  !Number.isFinite(Number(name))

const algebraSigns = /[+*/()]/
const otherSigns = /[-^%=<>?!~&|#@$,;:"`\\[\]{}]/

const isExpression = (text: string): boolean => {
  const parts = ['+', '*', '/']
    .map((separator) => splitOutside(text, separator))
    .find(({ length }) => length > 1)
  if (parts !== undefined) return parts.every(isExpression)
  if (text.startsWith('(') && text.endsWith(')')) return isExpression(text.slice(1, -1))
  return isNumeral(text) || isSymbol(text)
}

/** Whether a number is a size, or a text a well-formed expression with at least one symbol. */
export const isDim = (dim: Dim): boolean =>
  typeof dim === 'number'
    ? Number.isSafeInteger(dim) && dim >= 0
    : symbolsOf(dim).length > 0 && isExpression(dim)

/** What is wrong with an invalid dim, with a hint where the intended dim can be guessed; undefined for a valid one. */
export const dimProblem = (dim: Dim): string | undefined =>
  isDim(dim) ? undefined : `dim '${dim}' is neither a size nor a symbol${hint(dim)}`

const hint = (dim: Dim): string => {
  if (dim === -1) return '; there is no -1: say the size'
  if (typeof dim === 'number' || Number.isFinite(Number(dim))) return ''
  if (dim.includes('-')) return "; there is no subtraction: name the shorter one 'L' and the longer one 'L+1'"
  return otherSigns.test(dim) ? "; a symbol is made of letters, digits, _ . and '" : ''
}

/** How the value of a dim is put together from those of its parts. `dim` is the whole that a part of a message names. */
interface DimRules<A> {
  readonly size: (size: number) => A
  readonly symbol: (symbol: string) => A
  readonly sum: (terms: readonly A[]) => A
  /** A product divided by another. Either may have no factors, but not both. */
  readonly fraction: (factors: readonly A[], divisors: readonly A[], dim: string) => A
}

/** The value of a dim by these rules. A product with quotients is one fraction: `'12*B/8'` is 12 B divided by 8. */
export const foldDim = <A>(rules: DimRules<A>): ((dim: Dim) => A) => {
  const fold = (dim: Dim): A => {
    if (typeof dim === 'number') return rules.size(dim)
    if (!algebraSigns.test(dim)) return rules.symbol(dim)
    const all = (parts: readonly string[]): readonly A[] => parts.map((part) => fold(numeralOr(part)))
    const terms = splitOutside(dim, '+')
    if (terms.length > 1) return rules.sum(all(terms))
    const factors = splitOutside(dim, '*').map((factor) => splitOutside(factor, '/'))
    const divisors = factors.flatMap(([, ...rest]) => rest)
    if (factors.length + divisors.length > 1) {
      return rules.fraction(all(factors.flatMap((parts) => parts.slice(0, 1))), all(divisors), dim)
    }
    return isGroup(dim) ? fold(numeralOr(dim.slice(1, -1))) : rules.symbol(dim)
  }
  return fold
}

/**
 * The size of a dim, or a sentence that names the symbol without a size or the division with a remainder. A product
 * with quotients is one fraction: `'12*B/8'` is 3 where B is 2.
 */
export const evaluateDim = (sizes: Sizes): ((dim: Dim) => E.Either<string, number>) =>
  foldDim<E.Either<string, number>>({
    size: E.right,
    symbol: (symbol) => {
      const size = Object.hasOwn(sizes, symbol) ? sizes[symbol] : undefined
      return size === undefined ? E.left(`dim '${symbol}' has no size`) : E.right(size)
    },
    sum: (terms) =>
      pipe(
        E.sequenceArray(terms),
        E.map((all) => all.reduce((x, y) => x + y, 0)),
      ),
    fraction: (factors, divisors, dim) =>
      pipe(
        E.Do,
        E.bind('dividend', () => E.map(product)(E.sequenceArray(factors))),
        E.bind('divisor', () => E.map(product)(E.sequenceArray(divisors))),
        E.chain(({ dividend, divisor }) =>
          divisor !== 0 && dividend % divisor === 0
            ? E.right(dividend / divisor)
            : E.left(`'${dim}': ${dividend} is not divisible by ${divisor}`),
        ),
      ),
  })

/** The dim with the symbols replaced that have a size. Fails where a division then has a remainder. */
export const bindDim = (sizes: Sizes): ((dim: Dim) => E.Either<string, Dim>) =>
  foldDim<E.Either<string, Dim>>({
    size: E.right,
    symbol: (symbol) => E.right((Object.hasOwn(sizes, symbol) ? sizes[symbol] : undefined) ?? symbol),
    sum: (terms) => E.map((all: Shape) => all.reduce<Dim>(addDims, 0))(E.sequenceArray(terms)),
    fraction: (factors, divisors, dim) =>
      pipe(
        E.Do,
        E.bind('dividend', () => E.map(productOfDims)(E.sequenceArray(factors))),
        E.bind('divisor', () => E.map(productOfDims)(E.sequenceArray(divisors))),
        E.chain(({ dividend, divisor }) => divideDims(dividend, divisor)),
        E.mapLeft((message) => `'${dim}': ${message}`),
      ),
  })

/** a - b where b is part of a, as `'B+2'` is of `'B+L+6'`; undefined elsewhere, also where the difference is negative. */
export const differenceOfDims = (a: Dim, b: Dim): Dim | undefined => {
  const [[terms, constant], [taken, takenConstant]] = [termsOf(a), termsOf(b)]
  const rest = without(terms, taken)
  return rest === undefined || constant < takenConstant
    ? undefined
    : [...rest, constant - takenConstant].map((term): Dim => term).reduce<Dim>(addDims, 0)
}

/** The size of a dim that is known to have one; NaN for any other. */
export const knownSize = (sizes: Sizes): ((dim: Dim) => number) => {
  const evaluated = evaluateDim(sizes)
  return (dim) => E.getOrElse(() => Number.NaN)(evaluated(dim))
}

/** A shape as messages show it: `[B,77,512]`. */
export const showShape = (shape: Shape): string => `[${shape.join(',')}]`
