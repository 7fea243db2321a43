/**
 * The rule of einsum: names that both operands have are the same dim; names that the right side lacks are summed.
 * Specs read `'b h q d, b h k d -> b h q k'`.
 */
import type { ShapeError } from '../tensor.js'
import type { AxisNames } from './axis-names.js'
import type { Invariant } from './decide.js'
import type { NameOf, Show } from './show.js'

/** Shape of a contraction of two operands. */
export type Einsum<Spec extends string, A, B> = Spec extends `${infer Left}, ${infer Middle} ->${infer Right}`
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
    ? EinsumResult<BindNames<AxisNames<Left>, A, NoNames, Spec, AxisNames<Left>, A>, Right, Spec>
    : ShapeError<`${Spec}: expected one operand, as in 'a b -> b a'`>

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
      ? ResultDims<AxisNames<Text>, Bound, Spec>
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
