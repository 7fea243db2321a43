/** A dim as a fraction: `'3*B*K/2'` is `['3', ['B', 'K'], '2']`. Mirrors `fractionOf` in `dim.ts`. */
import type { DivideDigits, MultiplyDigits } from './digits.js'
import type { SplitOutside } from './split-outside.js'

/** A symbolic dim that is more than one name. */
export type Compound = `${string}+${string}` | `${string}*${string}` | `${string}/${string}`

/** A numeral as a number. Beyond 2^53 the digits stay a string, so that nothing is rounded. */
export type ToNumber<Text> = Text extends `${infer Value extends number}`
  ? number extends Value
    ? Text
    : Value
  : never

/** `'L+4'` is a sum, `'2*(L+4)'` is not. */
type IsSum<Text extends string> = SplitOutside<Text, '+'> extends [string] ? false : true

/** Numerals and symbols whose product a dim is, in the order written; a sum is one of them. */
export type FactorTexts<D> = D extends string
  ? IsSum<D> extends true
    ? [`(${D})`]
    : SplitOutside<D, '*'>
  : [`${D & number}`]

/** Gathers the numerals into the coefficient and the divisor. */
export type Factors<
  Texts,
  Coefficient extends string = '1',
  Symbols extends string[] = [],
  Divisor extends string = '1',
> = Texts extends [infer Head extends string, ...infer Tail]
  ? Head extends `${number}`
    ? Factors<Tail, MultiplyDigits<Coefficient, Head>, Symbols, Divisor>
    : Head extends `${string}/${string}`
      ? SplitOutside<Head, '/'> extends [infer Numerator extends string, ...infer Divisors extends Numeral[]]
        ? Numerator extends Numeral
          ? Factors<
              Tail,
              MultiplyDigits<Coefficient, Numerator>,
              Symbols,
              ProductOfNumerals<Divisors, Divisor>
            >
          : Factors<Tail, Coefficient, [...Symbols, Numerator], ProductOfNumerals<Divisors, Divisor>>
        : Factors<Tail, Coefficient, [...Symbols, Head], Divisor>
      : Factors<Tail, Coefficient, [...Symbols, Head], Divisor>
  : [Coefficient, Symbols, Divisor]

type Numeral = `${number}`

type ProductOfNumerals<Numerals, Product extends string> = Numerals extends [infer Head, ...infer Tail]
  ? ProductOfNumerals<Tail, MultiplyDigits<Product, Head> & string>
  : Product

/** Coefficient, symbolic factors and divisor of a dim. */
export type FactorsOf<D> = Factors<FactorTexts<D>>

/** The dim with these factors, in lowest terms: the coefficient in front, a lone sum without its parentheses. */
export type FromFactors<Coefficient extends string, Symbols, Divisor extends string> = Coefficient extends '0'
  ? 0
  : Divisor extends '1'
    ? FromProduct<Coefficient, Symbols>
    : GreatestCommonDivisor<Coefficient, Divisor> extends infer Common extends string
      ? FromFraction<DivideDigits<Coefficient, Common>, Symbols, DivideDigits<Divisor, Common>>
      : never

type FromFraction<Coefficient, Symbols, Divisor> = [Coefficient, Divisor] extends [
  [infer Numerator extends string, string],
  [infer Denominator extends string, string],
]
  ? Denominator extends '1'
    ? FromProduct<Numerator, Symbols>
    : Symbols extends []
      ? `${Numerator}/${Denominator}`
      : `${Numerator extends '1' ? '' : `${Numerator}*`}${JoinFactors<Symbols>}/${Denominator}`
  : never

type FromProduct<Coefficient extends string, Symbols> = Symbols extends []
  ? ToNumber<Coefficient>
  : Coefficient extends '1'
    ? Symbols extends [infer Only extends string]
      ? Ungrouped<Only>
      : JoinFactors<Symbols>
    : `${Coefficient}*${JoinFactors<Symbols>}`

/** By Euclid. Of numerals that are not known yet there is none; else the compiler would look for it without end. */
type GreatestCommonDivisor<A, B> = string extends B
  ? never
  : B extends '0'
    ? A
    : DivideDigits<A, B> extends [unknown, infer Remainder]
      ? GreatestCommonDivisor<B, Remainder>
      : never

type Ungrouped<Factor extends string> = Factor extends `(${infer Inside})`
  ? SplitOutside<Inside, ')'> extends [string]
    ? Inside
    : Factor
  : Factor

type JoinFactors<Symbols> = Symbols extends [infer Head extends string, ...infer Tail]
  ? Tail extends []
    ? Head
    : `${Head}*${JoinFactors<Tail>}`
  : ''

/** `Symbols` with `One` taken out once; null where it is not there. */
export type WithoutFactor<Symbols, One, Before extends unknown[] = []> = Symbols extends [
  infer Head,
  ...infer Tail,
]
  ? Head extends One
    ? [...Before, ...Tail]
    : WithoutFactor<Tail, One, [...Before, Head]>
  : null

/** `Symbols` with each of `Removed` taken out once; null where one of them is not there. */
export type WithoutFactors<Symbols, Removed> = Removed extends [infer Head, ...infer Tail]
  ? WithoutFactors<WithoutFactor<Symbols, Head>, Tail>
  : Symbols
