/** A dim as a coefficient times symbolic factors: `'12*B*K'` is `['12', ['B', 'K']]`. Mirrors `factorsOf` in `dim.ts`. */
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
export type IsSum<Text extends string> = SplitOutside<Text, '+'> extends [string] ? false : true

/** Numerals and symbols whose product a dim is, in the order written; a sum is one of them. */
export type FactorTexts<D> = D extends string
  ? IsSum<D> extends true
    ? [`(${D})`]
    : SplitOutside<D, '*'>
  : [`${D & number}`]

/** Gathers the numerals into the coefficient. */
export type Factors<Texts, Coefficient extends string = '1', Symbols extends string[] = []> = Texts extends [
  infer Head extends string,
  ...infer Tail,
]
  ? Head extends `${number}`
    ? Factors<Tail, MultiplyDigits<Coefficient, Head>, Symbols>
    : Factors<Tail, Coefficient, [...Symbols, Head]>
  : [Coefficient, Symbols]

/** Coefficient and symbolic factors of a dim. */
export type FactorsOf<D> = Factors<FactorTexts<D>>

/** Cancels `'D/8'` against a factor 8 of the coefficient. */
export type CancelQuotients<
  Coefficient extends string,
  Symbols,
  Cancelled extends string[] = [],
> = Symbols extends [infer Head extends string, ...infer Tail]
  ? SplitOutside<Head, '/'> extends [infer Numerator extends string, infer Divisor extends `${number}`]
    ? DivideDigits<Coefficient, Divisor> extends [infer Quotient extends string, '0']
      ? CancelQuotients<Quotient, Tail, [...Cancelled, Numerator]>
      : CancelQuotients<Coefficient, Tail, [...Cancelled, Head]>
    : CancelQuotients<Coefficient, Tail, [...Cancelled, Head]>
  : FromFactors<Coefficient, Cancelled>

/** The dim with these factors: the coefficient in front, a lone sum without its parentheses. */
export type FromFactors<Coefficient extends string, Symbols> = Coefficient extends '0'
  ? 0
  : Symbols extends []
    ? ToNumber<Coefficient>
    : Coefficient extends '1'
      ? Symbols extends [infer Only extends string]
        ? Ungrouped<Only>
        : JoinFactors<Symbols>
      : `${Coefficient}*${JoinFactors<Symbols>}`

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
