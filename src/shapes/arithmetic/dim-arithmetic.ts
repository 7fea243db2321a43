/**
 * Arithmetic of dims: numbers by digits, symbols as readable text (`'L+4'`, `'12*B'`, `'D/8'`). With a generic
 * operand the result stays as written, `AddDims<L, 4>`, until the operand is known.
 *
 * Each begins by asking whether an operand is any `number`, or any `string`. No dim is; but the compiler, comparing a sum
 * that it does not know yet with another type, looks at what the sum may turn out to be, case by case. With `number` as
 * the first case the answer is no at once; else it would go through all the arithmetic below with unknown digits.
 *
 * `dim.ts` computes the same at run time; a fuzzer holds the two together.
 */
import type { ShapeError } from '../shape-error.js'
import type { AddDigits, DivideDigits, MultiplyDigits } from './digits.js'
import type {
  Compound,
  Factors,
  FactorsOf,
  FactorTexts,
  FromFactors,
  ToNumber,
  WithoutFactors,
} from './dim-factors.js'
import type { SplitOutside } from './split-outside.js'

/** Sum: numbers add, constants go to the end (`'L+4'` and 3 give `'L+7'`), symbols keep their order. */
export type AddDims<A, B> = number extends A
  ? number
  : number extends B
    ? number
    : A extends number
      ? B extends number
        ? AddNumbers<A, B>
        : AddConstant<B & string, A>
      : B extends number
        ? AddConstant<A & string, B>
        : AddSymbols<A & string, B & string>

type AddNumbers<A extends number, B extends number> = number extends A | B
  ? number
  : ToNumber<AddDigits<`${A}`, `${B}`>>

type AddSymbols<A extends string, B extends string> = string extends A | B
  ? string
  : AddTerms<[...SplitOutside<A, '+'>, ...SplitOutside<B, '+'>]>

type AddConstant<A extends string, B extends number> = string extends A
  ? string
  : B extends 0
    ? A
    : A extends `${string}+${string}`
      ? AddTerms<[...SplitOutside<A, '+'>, `${B}`]>
      : `${A}+${B}`

type AddTerms<Terms, Symbols extends string = '', Constant = '0'> = Terms extends [
  infer Head extends string,
  ...infer Tail,
]
  ? Head extends `${number}`
    ? AddTerms<Tail, Symbols, AddDigits<Constant, Head>>
    : AddTerms<Tail, Symbols extends '' ? Head : `${Symbols}+${Head}`, Constant>
  : Constant extends '0'
    ? Symbols
    : `${Symbols}+${Constant & string}`

/** Product: the coefficient in front (3 and `'4*B'` give `'12*B'`), sums in parentheses, `'D/8'` times 8 is `'D'`. */
export type MultiplyDims<A, B> = Multiply<NoInfer<A>, NoInfer<B>>

type Multiply<A, B> = number extends A
  ? number
  : number extends B
    ? number
    : A extends number
      ? B extends number
        ? MultiplyNumbers<A, B>
        : MultiplyConstant<A, B & string>
      : B extends number
        ? MultiplyConstant<B, A & string>
        : A extends Compound
          ? MultiplyFactors<A, B>
          : B extends Compound
            ? MultiplyFactors<A, B>
            : `${A & string}*${B & string}`

type MultiplyNumbers<A extends number, B extends number> = number extends A | B
  ? number
  : ToNumber<MultiplyDigits<`${A}`, `${B}`>>

type MultiplyConstant<A extends number, B extends string> = string extends B
  ? string
  : A extends 1
    ? B
    : A extends 0
      ? 0
      : B extends Compound
        ? MultiplyFactors<A, B>
        : `${A}*${B}`

type MultiplyFactors<A, B> = string extends A | B
  ? string
  : Factors<[...FactorTexts<A>, ...FactorTexts<B>]> extends [
        infer Coefficient extends string,
        infer Symbols,
        infer Divisor extends string,
      ]
    ? FromFactors<Coefficient, Symbols, Divisor>
    : never

/**
 * Exact quotient: `'12*B'` by 4 is `'3*B'`, by `'B'` it is 12; 7 by 2 is an error. A symbol is divisible by any number,
 * on trust: `'D'` by 8 is `'D/8'`; by a symbol that is not one of its factors it is not.
 */
export type DivideDims<A, B> = A extends number
  ? B extends number
    ? DivideNumbers<A, B, DivideDigits<`${A}`, `${B}`>>
    : ShapeError<CannotDivide<A, B>>
  : B extends 1
    ? A
    : B extends 0
      ? ShapeError<`${A & string} is not divisible by 0`>
      : A extends B
        ? 1
        : A extends Compound
          ? DivideFactors<A, B, FactorsOf<A>, FactorsOf<B>>
          : B extends number
            ? `${A & string}/${B}`
            : B extends Compound
              ? DivideFactors<A, B, FactorsOf<A>, FactorsOf<B>>
              : ShapeError<CannotDivide<A, B>>

type CannotDivide<A, B> = `cannot divide ${A & (string | number)} by ${B & string}`

type DivideNumbers<A extends number, B extends number, Outcome> = [Outcome] extends [[infer Quotient, '0']]
  ? [Outcome] extends [never]
    ? ShapeError<`${A} is not divisible by ${B}`>
    : ToNumber<Quotient>
  : ShapeError<`${A} is not divisible by ${B}`>

type DivideFactors<A, B, FactorsA, FactorsB> = FactorsA extends [
  infer CoefficientA,
  infer SymbolsA,
  infer DivisorA,
]
  ? FactorsB extends [infer CoefficientB, infer SymbolsB, infer DivisorB]
    ? WithoutFactors<SymbolsA, SymbolsB> extends infer Rest extends unknown[]
      ? Whole<
          A,
          B,
          FromFactors<
            MultiplyDigits<CoefficientA, DivisorB> & string,
            Rest,
            MultiplyDigits<DivisorA, CoefficientB> & string
          >
        >
      : ShapeError<CannotDivide<A, B>>
    : never
  : never

/** A quotient without symbols must be a whole number. */
type Whole<A, B, Quotient> = Quotient extends `${number}/${number}`
  ? ShapeError<`${A & string} is not divisible by ${B & (string | number)}`>
  : Quotient
