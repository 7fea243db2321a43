/**
 * Arithmetic of the compiler on decimal digit strings, as taught at school: digit by digit with a carry, each step
 * looked up in a table. Numbers of any length work, and the cost grows with the digits, not with the value.
 */

/** `Sums[a][b]` is the carry and the digit of a + b. */
type Sums = [
  ['00', '01', '02', '03', '04', '05', '06', '07', '08', '09'],
  ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'],
  ['02', '03', '04', '05', '06', '07', '08', '09', '10', '11'],
  ['03', '04', '05', '06', '07', '08', '09', '10', '11', '12'],
  ['04', '05', '06', '07', '08', '09', '10', '11', '12', '13'],
  ['05', '06', '07', '08', '09', '10', '11', '12', '13', '14'],
  ['06', '07', '08', '09', '10', '11', '12', '13', '14', '15'],
  ['07', '08', '09', '10', '11', '12', '13', '14', '15', '16'],
  ['08', '09', '10', '11', '12', '13', '14', '15', '16', '17'],
  ['09', '10', '11', '12', '13', '14', '15', '16', '17', '18'],
  ['10', '11', '12', '13', '14', '15', '16', '17', '18', '19'],
]

/** `Products[a][b]` is the tens and the units of a · b. */
type Products = [
  ['00', '00', '00', '00', '00', '00', '00', '00', '00', '00'],
  ['00', '01', '02', '03', '04', '05', '06', '07', '08', '09'],
  ['00', '02', '04', '06', '08', '10', '12', '14', '16', '18'],
  ['00', '03', '06', '09', '12', '15', '18', '21', '24', '27'],
  ['00', '04', '08', '12', '16', '20', '24', '28', '32', '36'],
  ['00', '05', '10', '15', '20', '25', '30', '35', '40', '45'],
  ['00', '06', '12', '18', '24', '30', '36', '42', '48', '54'],
  ['00', '07', '14', '21', '28', '35', '42', '49', '56', '63'],
  ['00', '08', '16', '24', '32', '40', '48', '56', '64', '72'],
  ['00', '09', '18', '27', '36', '45', '54', '63', '72', '81'],
]

/** `Differences[a][b]` is the borrow and the digit of a - b. */
type Differences = [
  ['00', '19', '18', '17', '16', '15', '14', '13', '12', '11'],
  ['01', '00', '19', '18', '17', '16', '15', '14', '13', '12'],
  ['02', '01', '00', '19', '18', '17', '16', '15', '14', '13'],
  ['03', '02', '01', '00', '19', '18', '17', '16', '15', '14'],
  ['04', '03', '02', '01', '00', '19', '18', '17', '16', '15'],
  ['05', '04', '03', '02', '01', '00', '19', '18', '17', '16'],
  ['06', '05', '04', '03', '02', '01', '00', '19', '18', '17'],
  ['07', '06', '05', '04', '03', '02', '01', '00', '19', '18'],
  ['08', '07', '06', '05', '04', '03', '02', '01', '00', '19'],
  ['09', '08', '07', '06', '05', '04', '03', '02', '01', '00'],
]

type Increment = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11']

type At<Table, Key> = Key extends keyof Table ? Table[Key] : never
type Lookup<Table, Row, Column> = At<At<Table, Row>, Column>

/** Digits of a numeral, the least significant first. */
type Reversed<Text, Digits extends unknown[] = []> = Text extends `${infer Head}${infer Tail}`
  ? Reversed<Tail, [Head, ...Digits]>
  : Digits

/** Puts the remaining, reversed digits in front of those that are done. */
type Joined<Digits, Done extends string> = Digits extends [infer Head, ...infer Tail]
  ? Joined<Tail, `${Head & string}${Done}`>
  : Done

type WithoutLeadingZeros<Text extends string> = Text extends `0${infer Tail}`
  ? Tail extends ''
    ? '0'
    : WithoutLeadingZeros<Tail>
  : Text

type AddReversed<A, B, Carry, Done extends string> = A extends [infer DigitA, ...infer RestA]
  ? B extends [infer DigitB, ...infer RestB]
    ? Lookup<
        Sums,
        Carry extends '0' ? DigitA : At<Increment, DigitA>,
        DigitB
      > extends `${infer Next}${infer Digit}`
      ? AddReversed<RestA, RestB, Next, `${Digit}${Done}`>
      : never
    : Carry extends '0'
      ? Joined<A, Done>
      : Lookup<Sums, DigitA, '1'> extends `${infer Next}${infer Digit}`
        ? AddReversed<RestA, [], Next, `${Digit}${Done}`>
        : never
  : B extends [unknown, ...unknown[]]
    ? AddReversed<B, [], Carry, Done>
    : Carry extends '0'
      ? Done
      : `1${Done}`

/** A + B. */
export type AddDigits<A, B> = AddReversed<Reversed<A>, Reversed<B>, '0', ''>

type MultiplyByDigit<A, Digit, Carry, Done extends string> = A extends [infer DigitA, ...infer RestA]
  ? Lookup<Products, DigitA, Digit> extends `${infer Tens}${infer Units}`
    ? Lookup<Sums, Units, Carry> extends `${infer CarryOut}${infer Result}`
      ? MultiplyByDigit<RestA, Digit, CarryOut extends '0' ? Tens : At<Increment, Tens>, `${Result}${Done}`>
      : never
    : never
  : Carry extends '0'
    ? Done
    : `${Carry & string}${Done}`

type MultiplyLoop<A, B, Total extends string> = B extends `${infer Digit}${infer Rest}`
  ? MultiplyLoop<
      A,
      Rest,
      Digit extends '0'
        ? Total extends ''
          ? ''
          : `${Total}0`
        : Total extends ''
          ? MultiplyByDigit<A, Digit, '0', ''>
          : AddDigits<`${Total}0`, MultiplyByDigit<A, Digit, '0', ''>>
    >
  : Total

/** A · B. */
export type MultiplyDigits<A, B> = A extends '0'
  ? '0'
  : B extends '0'
    ? '0'
    : A extends '1'
      ? B
      : B extends '1'
        ? A
        : MultiplyLoop<Reversed<A>, B, ''>

type SubtractReversed<A, B, Borrow, Done extends string> = A extends [infer DigitA, ...infer RestA]
  ? B extends [infer DigitB, ...infer RestB]
    ? Lookup<Differences, DigitA, DigitB> extends `${infer Next}${infer Digit}`
      ? Borrow extends '0'
        ? SubtractReversed<RestA, RestB, Next, `${Digit}${Done}`>
        : Lookup<Differences, Digit, '1'> extends `${infer Further}${infer Lower}`
          ? SubtractReversed<RestA, RestB, Next extends '1' ? '1' : Further, `${Lower}${Done}`>
          : never
      : never
    : Borrow extends '0'
      ? WithoutLeadingZeros<Joined<A, Done>>
      : Lookup<Differences, DigitA, '1'> extends `${infer Next}${infer Digit}`
        ? SubtractReversed<RestA, [], Next, `${Digit}${Done}`>
        : never
  : B extends [unknown, ...unknown[]]
    ? 'negative'
    : Borrow extends '1'
      ? 'negative'
      : WithoutLeadingZeros<Done>

/** A - B, or `'negative'`. */
export type SubtractDigits<A, B> = A extends B ? '0' : SubtractReversed<Reversed<A>, Reversed<B>, '0', ''>

/**
 * Long division. `Rest` are the digits of A still to be brought down, `Remainder` what is left so far, `Digit` the
 * digit of the quotient that is being found, and `Lower` the remainder less the divisor.
 */
type DivideStep<Rest, B, Quotient extends string, Remainder, Digit, Lower> = Lower extends 'negative'
  ? Rest extends `${infer Next}${infer Further}`
    ? DivideLoop<
        Further,
        B,
        `${Quotient}${Digit & string}`,
        Remainder extends '0' ? Next : `${Remainder & string}${Next}`,
        '0'
      >
    : [WithoutLeadingZeros<`${Quotient}${Digit & string}`>, Remainder]
  : DivideLoop<Rest, B, Quotient, Lower, At<Increment, Digit>>

type DivideLoop<Rest, B, Quotient extends string, Remainder, Digit> = DivideStep<
  Rest,
  B,
  Quotient,
  Remainder,
  Digit,
  SubtractReversed<Reversed<Remainder>, B, '0', ''>
>

/** `[quotient, remainder]` of A / B; never for a divisor of 0. */
export type DivideDigits<A, B> = B extends '0'
  ? never
  : B extends '1'
    ? [A, '0']
    : DivideLoop<A, Reversed<B>, '', '0', '0'>
