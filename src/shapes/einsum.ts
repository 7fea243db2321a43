/**
 * The rule of einsum: names that several operands have are the same dim; names that the right side lacks are summed; '...'
 * stands for the same dims in all operands. Specs read `'b h q d, b h k d -> b h q k'`.
 */
import type { ShapeError } from './shape-error.js'
import type { AxisNames } from './axis-names.js'
import type { Box, Invariant } from './decide.js'
import type { NameOf, Show } from './show.js'

/** Shape of a contraction of two or more operands. Two without an ellipsis, the usual case, have a rule of their own. */
export type Einsum<Spec extends string, A, B, Rest = []> = Spec extends `${string}...${string}`
  ? EinsumOfAny<Spec, [A, B, ...(Rest extends unknown[] ? Rest : [])]>
  : Rest extends []
    ? EinsumOfTwo<Spec, A, B>
    : EinsumOfAny<Spec, [A, B, ...(Rest extends unknown[] ? Rest : [])]>

type EinsumOfTwo<Spec extends string, A, B> = Spec extends `${infer Left}, ${infer Middle} ->${infer Right}`
  ? Middle extends `${string}, ${string}`
    ? ShapeError<NotTwoOperands<Spec>>
    : BindNames<AxisNames<Left>, A, NoNames, Spec, AxisNames<Left>, A> extends infer Bound
      ? Bound extends ShapeError<string>
        ? Bound
        : EinsumResult<BindNames<AxisNames<Middle>, B, Bound, Spec, AxisNames<Middle>, B>, Right, Spec>
      : never
  : ShapeError<NotTwoOperands<Spec>>

type NotTwoOperands<Spec extends string> =
  `${Spec}: expected two operands, as in 'a b, b c -> a c', spaces included`

/** Shape of a contraction of one operand: traces, sums and transposes. */
export type EinsumOfOne<Spec extends string, A> = Spec extends `${string}, ${string}`
  ? ShapeError<`${Spec}: expected one operand, as in 'a b -> b a'`>
  : Spec extends `${infer Left} ->${infer Right}`
    ? EinsumResult<BindOperand<AxisNames<Left>, A, NoNames, Spec>, Right, Spec>
    : ShapeError<`${Spec}: expected one operand, as in 'a b -> b a'`>

type EinsumOfAny<
  Spec extends string,
  Operands extends unknown[],
> = Spec extends `${infer Left}, ${infer Middle} ->${infer Right}`
  ? BindAll<[Left, ...Parts<Middle>], Operands, Spec> extends infer Bound
    ? EinsumResult<Bound, Right, Spec>
    : never
  : ShapeError<WrongCount<Spec, Operands>>

/** The operands of a spec, separated by commas. */
type Parts<Text extends string> = Text extends `${infer Head}, ${infer Tail}`
  ? [Head, ...Parts<Tail>]
  : [Text]

type WrongCount<Spec extends string, Operands extends unknown[]> = Operands extends [unknown, unknown]
  ? NotTwoOperands<Spec>
  : `${Spec}: expected ${Operands['length']} operands, separated by commas, spaces included`

/** Binds the names of one operand after the other, if the spec names as many as there are. */
type BindAll<Texts extends unknown[], Operands extends unknown[], Spec extends string> =
  Box<Texts['length']> extends Box<Operands['length']>
    ? BindEach<Texts, Operands, NoNames, Spec>
    : ShapeError<WrongCount<Spec, Operands>>

type BindEach<Texts, Operands, Bound, Spec extends string> = Texts extends [
  infer Text extends string,
  ...infer RestTexts,
]
  ? Operands extends [infer S, ...infer RestOperands]
    ? BindOperand<AxisNames<Text>, S, Bound, Spec> extends infer Next
      ? Next extends ShapeError<string>
        ? Next
        : BindEach<RestTexts, RestOperands, Next, Spec>
      : never
    : Bound
  : Bound

/** Binds the names of an operand, and '...' to the dims that none of them names. */
type BindOperand<Names extends unknown[], S, Bound, Spec extends string> = '...' extends Names[number]
  ? Around<Names, S> extends [infer Singles extends unknown[], infer Dims, infer Middle]
    ? '...' extends Singles[number]
      ? ShapeError<`${Spec}: '...' is twice in one operand`>
      : BindEllipsis<Middle, Bound, Spec> extends infer Next
        ? Next extends ShapeError<string>
          ? Next
          : BindNames<Singles, Dims, Next, Spec, Singles, S>
        : never
    : ShapeError<`${Spec}: names ${WithoutEllipsis<Names>['length']} axes of [${Show<S>}]`>
  : BindNames<Names, S, Bound, Spec, Names, S>

type BindEllipsis<Middle, Bound, Spec extends string> = Bound extends { readonly '...': infer Known }
  ? Invariant<Known> extends Invariant<Middle>
    ? Bound
    : ShapeError<`${Spec}: '...' is [${Show<Known>}] and [${Show<Middle>}]`>
  : Bound & { readonly '...': Middle }

/** The names before and after an ellipsis, their dims, and the dims that the ellipsis stands for; null for too few dims. */
type Around<Names, S, Singles extends unknown[] = [], Dims extends unknown[] = []> = Names extends [
  infer Name,
  ...infer After extends unknown[],
]
  ? Name extends '...'
    ? FromTheEnd<After, S, [...Singles, ...After], Dims>
    : S extends [infer D, ...infer Rest]
      ? Around<After, Rest, [...Singles, Name], [...Dims, D]>
      : null
  : null

type FromTheEnd<Names, S, Singles, Dims extends unknown[], Last extends unknown[] = []> = Names extends [
  unknown,
  ...infer Others,
]
  ? S extends [...infer Front, infer D]
    ? FromTheEnd<Others, Front, Singles, Dims, [D, ...Last]>
    : null
  : [Singles, [...Dims, ...Last], S]

type WithoutEllipsis<Names, Done extends unknown[] = []> = Names extends [infer Name, ...infer Rest]
  ? WithoutEllipsis<Rest, Name extends '...' ? Done : [...Done, Name]>
  : Done

type NoNames = Record<never, never>

/** Gives each name the dim at its place; a name that is bound already must have the same. */
type BindNames<
  NamesLeft,
  S,
  Bound,
  Spec extends string,
  AllNames extends unknown[],
  Whole,
> = NamesLeft extends [infer Name extends string, ...infer Rest]
  ? S extends [infer D, ...infer RestDims]
    ? Name extends keyof Bound
      ? Invariant<Bound[Name]> extends Invariant<D>
        ? BindNames<Rest, RestDims, Bound, Spec, AllNames, Whole>
        : ShapeError<`${Spec}: '${Name}' is ${NameOf<Bound[Name]>} and ${NameOf<D>}`>
      : BindNames<Rest, RestDims, Bound & { [Key in Name]: D }, Spec, AllNames, Whole>
    : ShapeError<`${Spec}: names ${AllNames['length']} axes of [${Show<Whole>}]`>
  : S extends []
    ? Bound
    : ShapeError<`${Spec}: names ${AllNames['length']} axes of [${Show<Whole>}]`>

type EinsumResult<Bound, Right extends string, Spec extends string> =
  Bound extends ShapeError<string>
    ? Bound
    : Right extends ` ${infer Text}`
      ? '...' extends keyof Bound
        ? SpreadDims<AxisNames<Text>, Bound, Spec>
        : ResultDims<AxisNames<Text>, Bound, Spec>
      : Right extends ''
        ? []
        : ShapeError<`${Spec}: expected ' -> ' between the two sides`>

type ResultDims<
  NamesLeft,
  Bound,
  Spec extends string,
  Used = never,
  Done extends unknown[] = [],
> = NamesLeft extends [infer Name extends string, ...infer Rest]
  ? Name extends keyof Bound
    ? Name extends Used
      ? ShapeError<`${Spec}: '${Name}' is twice on the right side`>
      : ResultDims<Rest, Bound, Spec, Used | Name, [...Done, Bound[Name]]>
    : ShapeError<`${Spec}: '${Name}' is not on the left side`>
  : Done

/** The dims of a result in which '...' stands for a list of them. */
type SpreadDims<
  NamesLeft,
  Bound,
  Spec extends string,
  Used = never,
  Done extends unknown[] = [],
> = NamesLeft extends [infer Name extends string, ...infer Rest]
  ? Name extends keyof Bound
    ? Name extends Used
      ? ShapeError<`${Spec}: '${Name}' is twice on the right side`>
      : SpreadDims<
          Rest,
          Bound,
          Spec,
          Used | Name,
          Name extends '...'
            ? [...Done, ...(Bound[Name] extends infer Dims extends unknown[] ? Dims : [])]
            : [...Done, Bound[Name]]
        >
    : ShapeError<`${Spec}: '${Name}' is not on the left side`>
  : Done
