/**
 * Arithmetic of the compiler on decimal numerals, as taught at school: digit by digit with a carry, each step looked
 * up in a table. Numbers of any length work, and the cost grows with the digits, not with the value.
 *
 * Inside, numbers are written backwards, the least significant digit first.
 */
import type { Carry, Differences, Digit, Products, Raised, ShortDivision, Sums } from './digit-tables.js'

/** A numeral backwards, four digits at a time. */
type Reversed<
  Text,
  Done extends string = '',
> = Text extends `${infer A}${infer B}${infer C}${infer D}${infer Rest}`
  ? Rest extends ''
    ? `${D}${C}${B}${A}${Done}`
    : Reversed<Rest, `${D}${C}${B}${A}${Done}`>
  : Text extends `${infer A}${infer B}${infer C}`
    ? `${C}${B}${A}${Done}`
    : `${Text & string}${Done}`

type WithoutLeadingZeros<Text extends string> = Text extends `0${infer Rest}`
  ? Rest extends ''
    ? '0'
    : WithoutLeadingZeros<Rest>
  : Text

/** A + B. */
export type AddDigits<A, B> = Add<Reversed<A>, Reversed<B>, '0', ''>

type Add<
  A,
  B,
  In extends Carry,
  Written extends string,
> = A extends `${infer DigitA extends Digit}${infer RestA}`
  ? B extends `${infer DigitB extends Digit}${infer RestB}`
    ? Sums[In][DigitA][DigitB] extends `${infer Out extends Carry}${infer Result}`
      ? Add<RestA, RestB, Out, `${Result}${Written}`>
      : never
    : In extends '0'
      ? Reversed<A, Written>
      : Add<A, '0', In, Written>
  : B extends ''
    ? In extends '0'
      ? Written
      : `1${Written}`
    : Add<B, '', In, Written>

/** A · B. */
export type MultiplyDigits<A, B> = A extends '0'
  ? '0'
  : B extends '0'
    ? '0'
    : A extends '1'
      ? B
      : B extends '1'
        ? A
        : B extends Digit
          ? TimesDigit<Reversed<A>, B, '0', ''>
          : A extends Digit
            ? TimesDigit<Reversed<B>, A, '0', ''>
            : MultiplyRows<Reversed<A>, Reversed<B>, '', ''>

/** A · Factor, written forwards. */
type TimesDigit<
  A,
  Factor extends Digit,
  In extends Digit,
  Written extends string,
> = A extends `${infer DigitA extends Digit}${infer RestA}`
  ? Products[DigitA][Factor] extends `${infer Tens extends Digit}${infer Units extends Digit}`
    ? Sums['0'][Units][In] extends `${infer Out extends Carry}${infer Result}`
      ? TimesDigit<RestA, Factor, Raised[Out][Tens], `${Result}${Written}`>
      : never
    : never
  : In extends '0'
    ? Written
    : `${In}${Written}`

/** Row by row: the last digit of a row is a digit of the product, the others are added to the next row. */
type MultiplyRows<
  A,
  B,
  Sum extends string,
  Written extends string,
> = B extends `${infer DigitB extends Digit}${infer RestB}`
  ? TimesDigitPlus<A, DigitB, Sum, '0', ''> extends `${infer Last}${infer Others}`
    ? MultiplyRows<A, RestB, Others, `${Last}${Written}`>
    : never
  : WithoutLeadingZeros<Reversed<Sum, Written>>

/** A · Factor + Sum, written backwards with one digit more than A. */
type TimesDigitPlus<
  A,
  Factor extends Digit,
  Sum,
  In extends Digit,
  Done extends string,
> = A extends `${infer DigitA extends Digit}${infer RestA}`
  ? Products[DigitA][Factor] extends `${infer Tens extends Digit}${infer Units extends Digit}`
    ? Sums['0'][Units][In] extends `${infer Out extends Carry}${infer Partial extends Digit}`
      ? Sum extends `${infer DigitSum extends Digit}${infer RestSum}`
        ? Sums['0'][Partial][DigitSum] extends `${infer Further extends Carry}${infer Result}`
          ? TimesDigitPlus<RestA, Factor, RestSum, Raised[Further][Raised[Out][Tens]], `${Done}${Result}`>
          : never
        : TimesDigitPlus<RestA, Factor, '', Raised[Out][Tens], `${Done}${Partial}`>
      : never
    : never
  : `${Done}${In}`

/** A - B, or `'negative'`. */
export type SubtractDigits<A, B> = A extends B ? '0' : Subtract<Reversed<A>, Reversed<B>, '0', ''>

type Subtract<
  A,
  B,
  In extends Carry,
  Written extends string,
> = A extends `${infer DigitA extends Digit}${infer RestA}`
  ? B extends `${infer DigitB extends Digit}${infer RestB}`
    ? Differences[In][DigitA][DigitB] extends `${infer Out extends Carry}${infer Result}`
      ? Subtract<RestA, RestB, Out, `${Result}${Written}`>
      : never
    : In extends '0'
      ? WithoutLeadingZeros<Reversed<A, Written>>
      : Subtract<A, '0', In, Written>
  : B extends ''
    ? In extends '0'
      ? WithoutLeadingZeros<Written>
      : 'negative'
    : 'negative'

/** `[quotient, remainder]` of A / B; never for a divisor of 0. */
export type DivideDigits<A, B> = B extends Digit
  ? B extends '0'
    ? never
    : DivideByDigit<A, B, '0', ''>
  : DivideLoop<A, Reversed<B>, '', '0', '0'>

/** Short division: from the left, each remainder in front of the next digit. */
type DivideByDigit<
  A,
  B extends Digit,
  Remainder,
  Quotient extends string,
> = A extends `${infer Next}${infer Rest}`
  ? At<At<ShortDivision[B], Remainder>, Next> extends `${infer Result}${infer Left}`
    ? DivideByDigit<Rest, B, Left, `${Quotient}${Result}`>
    : never
  : [WithoutLeadingZeros<Quotient>, Remainder]

type At<Table, Key> = Key extends keyof Table ? Table[Key] : never

/**
 * Long division. `Rest` are the digits of A still to be brought down, `Remainder` what is left so far, and `Times`
 * how often the divisor went into it: the digit of the quotient that is being found.
 */
type DivideLoop<Rest, B, Quotient extends string, Remainder extends string, Times extends Digit> =
  Subtract<Reversed<Remainder>, B, '0', ''> extends infer Lower extends string
    ? Lower extends 'negative'
      ? Rest extends `${infer Next}${infer Further}`
        ? DivideLoop<
            Further,
            B,
            `${Quotient}${Times}`,
            Remainder extends '0' ? Next : `${Remainder}${Next}`,
            '0'
          >
        : [WithoutLeadingZeros<`${Quotient}${Times}`>, Remainder]
      : DivideLoop<Rest, B, Quotient, Lower, Raised['1'][Times]>
    : never
