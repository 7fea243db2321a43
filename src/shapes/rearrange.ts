/**
 * The rule of rearrange: the same elements in another order and grouping. Specs read `'b l (h d) -> b h l d'`; a
 * group of names in parentheses is one axis: all sizes of the group but one are given or bound elsewhere.
 */
import type { ShapeError } from './shape-error.js'
import type { AxisNames } from './axis-names.js'
import type { Fits, HasAxes, Invariant, IsKnown, Knowledge } from './decide.js'
import type { DivideDims } from './arithmetic/dim-arithmetic.js'
import type { DimOf, LiteralDim } from './dim-argument.js'
import type { ElementCount } from './arithmetic/element-count.js'
import type { NameOf, Show } from './show.js'

/** Shape after a rearrangement, with the sizes that `Sizes` gives to names. */
export type Rearrange<
  Spec extends string,
  S,
  Sizes,
  Known = Knowledge,
> = Spec extends `${infer Left} -> ${infer Right}`
  ? SizeDims<Sizes> extends infer Given
    ? Given extends ShapeError<string>
      ? Given
      : HasAxes<S, Known> extends true
        ? RearrangeWords<Words<Left>, Words<Right>, S, Given, Spec, Known>
        : ShapeError<`${Spec}: the axes of the tensor are not known here; write its type as Tensor<[B, L, ...]>`>
    : never
  : ShapeError<`${Spec}: expected ' -> ' between the two sides`>

type RearrangeWords<Left extends unknown[], Right, S, Given, Spec extends string, Known> =
  Bind<Left, S, NoNames, Given, Spec, Left, S, Known> extends infer Bound
    ? Bound extends ShapeError<string>
      ? Bound
      : Exclude<keyof Given, keyof Bound> extends never
        ? Result<Right, Bound, Spec>
        : ShapeError<`${Spec}: '${Exclude<keyof Given, keyof Bound> & string}' has a size but is not on the left side`>
    : never

type NoNames = Record<never, never>

type SizeDims<Sizes> = string extends keyof Sizes
  ? NoNames
  : [FaultOf<Sizes>] extends [never]
    ? { [Name in keyof Sizes]: DimOf<Sizes[Name]> }
    : FaultOf<Sizes>

/** What is wrong with the sizes that are no dims. */
type FaultOf<Sizes> = {
  [Name in keyof Sizes]: LiteralDim<Sizes[Name]> extends Fits ? never : LiteralDim<Sizes[Name]>
}[keyof Sizes]

/** `'b l (h d)'` as `['b', 'l', ['h', 'd']]`. */
type Words<Text extends string, Done extends unknown[] = []> = Text extends `(${infer Group}) ${infer Rest}`
  ? Words<Rest, [...Done, AxisNames<Group>]>
  : Text extends `(${infer Group})`
    ? [...Done, AxisNames<Group>]
    : Text extends `${infer Word} ${infer Rest}`
      ? Words<Rest, Word extends '' ? Done : [...Done, Word]>
      : Text extends ''
        ? Done
        : [...Done, Text]

/** Gives each name the dim at its place. The word `1` stands for an axis of one position. */
type Bind<
  WordsLeft,
  S,
  Bound,
  Given,
  Spec extends string,
  AllWords extends unknown[],
  Whole,
  Known,
> = WordsLeft extends [infer Word, ...infer Rest]
  ? S extends [infer D, ...infer RestDims]
    ? Word extends string
      ? Word extends keyof Bound
        ? ShapeError<`${Spec}: '${Word}' is twice on the left side`>
        : Word extends '1' | keyof Given
          ? Invariant<SizeOf<Word, Given>> extends Invariant<D>
            ? Bind<
                Rest,
                RestDims,
                Word extends '1' ? Bound : Bound & { [Key in Word]: D },
                Given,
                Spec,
                AllWords,
                Whole,
                Known
              >
            : ShapeError<`${Spec}: '${Word}' is ${NameOf<SizeOf<Word, Given>>} and ${NameOf<D>}`>
          : Bind<Rest, RestDims, Bound & { [Key in Word]: D }, Given, Spec, AllWords, Whole, Known>
      : BindGroup<Word, D, Bound, Given, [], null, Spec, Known> extends infer Next
        ? Next extends ShapeError<string>
          ? Next
          : Bind<Rest, RestDims, Next, Given, Spec, AllWords, Whole, Known>
        : never
    : ShapeError<`${Spec}: names ${AllWords['length']} axes of [${Show<Whole>}]`>
  : S extends []
    ? Bound
    : ShapeError<`${Spec}: names ${AllWords['length']} axes of [${Show<Whole>}]`>

type SizeOf<Word, Given> = Word extends keyof Given ? Given[Word] : 1

/** Binds the names of a group whose product is the dim `D`; `Open` is the one name whose size follows. */
type BindGroup<
  Group,
  D,
  Bound,
  Given,
  Factors extends unknown[],
  Open,
  Spec extends string,
  Known,
> = Group extends [infer Name extends string, ...infer Rest]
  ? Name extends keyof Bound
    ? ShapeError<`${Spec}: '${Name}' is twice on the left side`>
    : Name extends keyof Given
      ? BindGroup<
          Rest,
          D,
          Bound & { [Key in Name]: Given[Name] },
          Given,
          [...Factors, Given[Name]],
          Open,
          Spec,
          Known
        >
      : Open extends string
        ? ShapeError<`${Spec}: give a size for '${Open}' or '${Name}'`>
        : BindGroup<Rest, D, Bound, Given, Factors, Name, Spec, Known>
  : Open extends string
    ? Factors extends []
      ? Solve<D, Bound, Open, Spec>
      : SolveFor<D, ElementCount<Factors>, Bound, Open, Spec, Known>
    : Invariant<ElementCount<Factors>> extends Invariant<D>
      ? Bound
      : ShapeError<`${Spec}: the sizes of a group multiply to ${NameOf<ElementCount<Factors>>}, its axis is ${NameOf<D>}`>

/** Division needs sizes or symbols: a type variable may stand for anything. */
type SolveFor<D, Count, Bound, Open extends string, Spec extends string, Known> =
  IsKnown<D, Known> extends true
    ? IsKnown<Count, Known> extends true
      ? Solve<DivideDims<D, Count>, Bound, Open, Spec>
      : NotKnown<Open, Spec>
    : NotKnown<Open, Spec>

type NotKnown<
  Name extends string,
  Spec extends string,
> = ShapeError<`${Spec}: the size of '${Name}' is not known here; give sizes for all names of its group, and the axis as their product, MultiplyDims`>

type Solve<Quotient, Bound, Open extends string, Spec extends string> =
  Quotient extends ShapeError<infer Sentence extends string>
    ? ShapeError<`${Spec}: ${Sentence}`>
    : Bound & { [Key in Open]: Quotient }

/** Dims of the right side: each name once, groups multiplied. */
type Result<
  WordsLeft,
  Bound,
  Spec extends string,
  Used = never,
  Done extends unknown[] = [],
> = WordsLeft extends [infer Word, ...infer Rest]
  ? Word extends string
    ? Word extends '1'
      ? Result<Rest, Bound, Spec, Used, [...Done, 1]>
      : Word extends Used
        ? ShapeError<`${Spec}: '${Word}' is twice on the right side`>
        : Word extends keyof Bound
          ? Result<Rest, Bound, Spec, Used | Word, [...Done, Bound[Word]]>
          : ShapeError<`${Spec}: '${Word}' is not on the left side`>
    : ResultGroup<Word, [], Rest, Bound, Spec, Used, Done>
  : Exclude<keyof Bound, Used> extends never
    ? Done
    : ShapeError<`${Spec}: '${Exclude<keyof Bound, Used> & string}' is dropped; sum over it first`>

type ResultGroup<
  Group,
  Factors extends unknown[],
  Rest,
  Bound,
  Spec extends string,
  Used,
  Done extends unknown[],
> = Group extends [infer Name, ...infer Others]
  ? Name extends Used
    ? ShapeError<`${Spec}: '${Name & string}' is twice on the right side`>
    : Name extends keyof Bound
      ? ResultGroup<Others, [...Factors, Bound[Name]], Rest, Bound, Spec, Used | Name, Done>
      : ShapeError<`${Spec}: '${Name & string}' is not on the left side`>
  : Result<Rest, Bound, Spec, Used, [...Done, ElementCount<Factors>]>
