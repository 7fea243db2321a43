/**
 * Whether a text is a well-formed dim, and where it is not, what its writer may have meant. Mirrors `isDim` and
 * `dimProblem` in `dim.ts`.
 */
import type { SplitOutside } from './split-outside.js'

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
type Sign = '+' | '*' | '/' | '(' | ')'
type Space = ' ' | '\t' | '\n' | '\r'

/** Signs of no algebra here, which no symbol has, so that nobody takes `'L-1'` for a difference. */
// prettier-ignore
type OtherSign =
  | '-' | '^' | '%' | '=' | '<' | '>' | '?' | '!' | '~' | '&' | '|' | '#' | '@' | '$'
  | ',' | ';' | ':' | '"' | '`' | '\\' | '[' | ']' | '{' | '}'

type WithOtherSign = `${string}${OtherSign}${string}`

/** No dim contains these. */
type Unreadable = '' | `${number}` | `${string}${Space}${string}` | WithOtherSign

/** An expression, which has to be taken apart. Any other text is a name, and costs the compiler nothing. */
type Compound = `${Digit}${string}` | `${string}${Sign}${string}`

/** What an expression is made of. */
type Kinds<Text extends string> =
  SplitOutside<Text, '+'> extends [infer A, infer B, ...infer Rest]
    ? KindsOfAll<[A, B, ...Rest]>
    : SplitOutside<Text, '*'> extends [infer A, infer B, ...infer Rest]
      ? KindsOfAll<[A, B, ...Rest]>
      : SplitOutside<Text, '/'> extends [infer A, infer B, ...infer Rest]
        ? KindsOfAll<[A, B, ...Rest]>
        : Text extends `(${infer Inside})`
          ? Kinds<Inside>
          : Text extends `${bigint}`
            ? 'numeral'
            : Text extends '' | Compound
              ? 'malformed'
              : 'symbol'

type KindsOfAll<Parts> = Parts extends [infer Head extends string, ...infer Tail]
  ? Kinds<Head> | KindsOfAll<Tail>
  : never

/** Whether a text is a name, or an expression that has one in it. */
export type IsDimText<Text extends string> = Text extends Unreadable
  ? false
  : Text extends Compound
    ? 'malformed' extends Kinds<Text>
      ? false
      : 'symbol' extends Kinds<Text>
        ? true
        : false
    : true

/** The sentence about a malformed dim, with what to write instead where that can be guessed. */
export type Malformed<D extends number | string> = `dim '${D}' is neither a size nor a symbol${Hint<D>}`

type Hint<D> = D extends -1
  ? '; there is no -1: say the size'
  : D extends number | Quoted
    ? ''
    : D extends `${string}-${string}`
      ? "; there is no subtraction: name the shorter one 'L' and the longer one 'L+1'"
      : D extends WithOtherSign
        ? "; a symbol is made of letters, digits, _ . and '"
        : ''

/** A numeral in quotation marks. */
type Quoted = `${number}`
